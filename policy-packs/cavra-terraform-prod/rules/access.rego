# A plan that touches access control is a change of access, whatever else it is
# called; those who answer for access look at it.
package cavra.pack.cavra_terraform_prod

import rego.v1

# Providers name these families alike.
access_prefixes := {
	"aws_iam_", "aws_iamroles", "aws_ssoadmin_", "aws_identitystore_", "aws_organizations_",
	"aws_rolesanywhere_", "aws_verifiedpermissions_",
	"azuread_", "azurerm_role_", "azurerm_pim_", "azurerm_federated_identity_", "azurerm_user_assigned_identity",
	"google_service_account", "google_iam_", "google_organization_iam_", "google_folder_iam_", "google_project_iam_",
	"github_team", "github_membership", "github_repository_collaborator", "github_branch_protection",
	"github_repository_ruleset", "github_organization_ruleset",
	"kubernetes_cluster_role", "kubernetes_role", "kubernetes_service_account",
	"vault_policy", "vault_auth_", "okta_",
}

# Policies that hang on a resource and open it to others.
access_types := {
	"aws_s3_bucket_policy", "aws_s3_bucket_public_access_block", "aws_s3_bucket_acl",
	"aws_kms_grant", "aws_kms_key_policy", "aws_sqs_queue_policy", "aws_sns_topic_policy",
	"aws_secretsmanager_secret_policy", "aws_ecr_repository_policy", "aws_lambda_permission",
	"aws_lakeformation_permissions", "aws_ram_resource_share", "aws_ram_principal_association",
	"aws_eks_access_entry", "aws_eks_access_policy_association",
	"azurerm_key_vault_access_policy", "azurerm_management_lock",
}

changes_access(resource_type) if strings.any_prefix_match(resource_type, access_prefixes)

changes_access(resource_type) if resource_type in access_types

# Google puts grants on each kind of resource: `google_storage_bucket_iam_member`.
changes_access(resource_type) if {
	startswith(resource_type, "google_")
	strings.any_suffix_match(resource_type, {"_iam_policy", "_iam_binding", "_iam_member", "_iam_audit_config"})
}

access_addresses contains change.address if {
	some change in changes
	changes_access(change.type)
}

findings contains {
	"rule": "terraform.plan.access_change",
	"decision": "require_approval",
	"severity": "high",
	"reason": sprintf("the plan changes access control: %s", [named(access_addresses)]),
	"matched_on": shown(min(access_addresses)),
	"approvers": ["Platform Security"],
} if {
	count(access_addresses) > 0
}
