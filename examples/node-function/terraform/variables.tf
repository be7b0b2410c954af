variable "name" {
  description = "Of the function; of its log group and role too."
  type        = string
  default     = "node-function"
}

variable "agent_layer_arn" {
  description = "The version of the agent's layer; `make agent-layer` prints the command that publishes it."
  type        = string
}

variable "architecture" {
  description = "That of the layer."
  type        = string
  default     = "x86_64"

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "Lambda has x86_64 and arm64."
  }
}

variable "kms_key_arn" {
  description = "The customer managed key of the parameter or secret, if there is one."
  type        = string
  default     = ""
}

variable "log_retention_in_days" {
  description = "How long CloudWatch keeps the logs."
  type        = number
  default     = 14
}
