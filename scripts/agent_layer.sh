#!/usr/bin/env bash
# agent_layer.sh [TARGET]: makes a Lambda layer of the agent that `agent.sh TARGET` built, beside it.
set -euo pipefail
cd "$(dirname "$0")/.."

place=$(scripts/place.sh "$@")
.venv/bin/python -m scripts.agent_layer "$place/lambda-cache-agent" "$place"
