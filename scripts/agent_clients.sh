#!/usr/bin/env bash
# Installs the SDK for JavaScript, middy and the AWS CLI into .tools/agent-clients/, unless they are there, for
# tests/test_agent_aws_door.py.
set -euo pipefail
cd "$(dirname "$0")/.."

node_packages=(@aws-sdk/client-ssm@3.1169.0 @aws-sdk/client-secrets-manager@3.1164.0 @middy/core@7.9.2 @middy/ssm@7.9.2
    @middy/secrets-manager@6.4.5)
scripts/foreign_tools.sh agent-clients "220 MB" awscli==1.46.3 "${node_packages[*]}" >/dev/null
