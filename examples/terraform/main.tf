# A database in miniature: `terraform_data` is built into Terraform, so nothing is fetched.

variable "engine_version" {
  description = "A change of it makes the database anew."
  type        = string
  default     = "16"
}

variable "kept" {
  description = "Whether the database is part of the configuration."
  type        = bool
  default     = true
}

variable "name" {
  description = "What the database is called."
  type        = string
  default     = "orders"
}

resource "terraform_data" "database" {
  count            = var.kept ? 1 : 0
  input            = var.name
  triggers_replace = [var.engine_version]
}
