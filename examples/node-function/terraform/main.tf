# A Node.js function whose parameter and secret the agent caches.

terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.30, < 7"
    }
  }
}

locals {
  package = "${path.module}/../function.zip"
}

resource "aws_lambda_function" "function" {
  function_name    = var.name
  filename         = local.package
  source_code_hash = filebase64sha256(local.package)
  handler          = "index.handler"
  runtime          = "nodejs22.x"
  architectures    = [var.architecture]
  layers           = [var.agent_layer_arn]
  memory_size      = 256
  timeout          = 15
  role             = aws_iam_role.function.arn

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.function.name
  }

  environment {
    variables = {
      AWS_ENDPOINT_URL_SSM                         = "http://127.0.0.1:2773"
      AWS_ENDPOINT_URL_SECRETS_MANAGER             = "http://127.0.0.1:2773"
      LAMBDA_CACHE_AGENT_STALE_IF_ERROR_IN_SECONDS = "3600"
    }
  }

  # Without it, what the function does right after it was made may be forbidden.
  depends_on = [aws_iam_role_policy.function]
}

resource "aws_cloudwatch_log_group" "function" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_in_days
}
