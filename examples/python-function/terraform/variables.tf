variable "name" {
  description = "Of the function; of its log group and role too."
  type        = string
  default     = "python-function"
}

variable "architecture" {
  description = "That of the package."
  type        = string
  default     = "x86_64"

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "Lambda has x86_64 and arm64."
  }
}

variable "kms_key_arn" {
  description = "The customer managed key of the parameter, secret or file, if there is one."
  type        = string
  default     = ""
}

variable "log_retention_in_days" {
  description = "How long CloudWatch keeps the logs."
  type        = number
  default     = 14
}
