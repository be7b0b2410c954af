output "function_name" {
  value = aws_lambda_function.function.function_name
}

output "log_group_name" {
  value = aws_cloudwatch_log_group.function.name
}
