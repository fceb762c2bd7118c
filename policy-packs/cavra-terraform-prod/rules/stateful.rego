# A plan that takes away something that holds data needs the data owners: no
# apply can be rolled back to the rows that were there.
package cavra.pack.cavra_terraform_prod

import rego.v1

# Resource types that hold data, or the keys without which data can't be read.
# Grouped by what would be lost; extend the set when a provider adds a service.
stateful_types := databases | object_stores | volumes | keys_and_secrets | streams | clusters | zones

databases := {
	"aws_db_instance", "aws_rds_cluster", "aws_rds_cluster_instance", "aws_rds_global_cluster",
	"aws_dynamodb_table", "aws_dynamodb_global_table", "aws_docdb_cluster", "aws_neptune_cluster",
	"aws_redshift_cluster", "aws_redshiftserverless_namespace", "aws_elasticache_cluster",
	"aws_elasticache_replication_group", "aws_memorydb_cluster", "aws_opensearch_domain",
	"aws_elasticsearch_domain", "aws_keyspaces_table", "aws_timestreamwrite_table", "aws_qldb_ledger",
	"azurerm_mssql_database", "azurerm_mssql_server", "azurerm_mssql_managed_instance",
	"azurerm_postgresql_flexible_server", "azurerm_postgresql_server", "azurerm_mysql_flexible_server",
	"azurerm_mysql_server", "azurerm_mariadb_server", "azurerm_cosmosdb_account",
	"azurerm_cosmosdb_sql_database", "azurerm_redis_cache", "azurerm_kusto_database",
	"azurerm_synapse_workspace",
	"google_sql_database_instance", "google_sql_database", "google_spanner_instance",
	"google_spanner_database", "google_bigtable_instance", "google_bigtable_table",
	"google_bigquery_dataset", "google_bigquery_table", "google_firestore_database",
	"google_redis_instance", "google_alloydb_cluster", "google_alloydb_instance",
}

object_stores := {
	"aws_s3_bucket", "aws_s3_object", "aws_glacier_vault", "aws_backup_vault", "aws_ecr_repository",
	"azurerm_storage_account", "azurerm_storage_container", "azurerm_storage_share",
	"azurerm_storage_data_lake_gen2_filesystem", "azurerm_recovery_services_vault",
	"azurerm_data_protection_backup_vault", "azurerm_container_registry",
	"google_storage_bucket", "google_artifact_registry_repository", "google_backup_dr_backup_vault",
}

volumes := {
	"aws_ebs_volume", "aws_ebs_snapshot", "aws_efs_file_system", "aws_fsx_lustre_file_system",
	"aws_fsx_ontap_file_system", "aws_fsx_openzfs_file_system", "aws_fsx_windows_file_system",
	"aws_db_snapshot", "aws_db_cluster_snapshot",
	"azurerm_managed_disk", "azurerm_snapshot", "azurerm_netapp_volume",
	"google_compute_disk", "google_compute_region_disk", "google_compute_snapshot",
	"google_filestore_instance",
	"kubernetes_persistent_volume", "kubernetes_persistent_volume_v1",
	"kubernetes_persistent_volume_claim", "kubernetes_persistent_volume_claim_v1",
}

keys_and_secrets := {
	"aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_cloudhsm_v2_cluster",
	"aws_secretsmanager_secret", "aws_ssm_parameter",
	"azurerm_key_vault", "azurerm_key_vault_key", "azurerm_key_vault_secret",
	"azurerm_key_vault_managed_hardware_security_module",
	"google_kms_key_ring", "google_kms_crypto_key", "google_kms_crypto_key_version",
	"google_secret_manager_secret",
}

streams := {
	"aws_sqs_queue", "aws_kinesis_stream", "aws_msk_cluster", "aws_mq_broker", "aws_cloudwatch_log_group",
	"azurerm_servicebus_namespace", "azurerm_servicebus_queue", "azurerm_servicebus_topic",
	"azurerm_eventhub", "azurerm_eventhub_namespace", "azurerm_log_analytics_workspace",
	"google_pubsub_topic", "google_pubsub_subscription", "google_logging_project_bucket_config",
}

clusters := {
	"aws_eks_cluster", "aws_emr_cluster", "aws_cognito_user_pool",
	"azurerm_kubernetes_cluster", "azurerm_hdinsight_hadoop_cluster", "azurerm_databricks_workspace",
	"google_container_cluster", "google_dataproc_cluster",
	"kubernetes_namespace", "kubernetes_namespace_v1",
	"kubernetes_stateful_set", "kubernetes_stateful_set_v1",
}

# A zone that is created anew gets other name servers: every name in it is gone.
zones := {"aws_route53_zone", "azurerm_dns_zone", "google_dns_managed_zone"}

stateful_addresses[action] contains change.address if {
	some change in changes
	change.type in stateful_types
	action := change.action
}

# `forget` leaves the resource in the world, but nothing manages it any more. (That the
# plan takes it out of the state is blocked like `terraform state rm`; this says what it
# means.)
consequences := {
	"delete": {"severity": "critical", "text": "deletes stateful resources with the data they hold"},
	"replace": {"severity": "critical", "text": "replaces stateful resources by empty ones"},
	"forget": {"severity": "high", "text": "leaves stateful resources unmanaged"},
	"forget_replace": {"severity": "high", "text": "replaces stateful resources by empty ones and leaves the old ones unmanaged"},
}

findings contains {
	"rule": "terraform.plan.stateful_change",
	"decision": "require_approval",
	"severity": consequence.severity,
	"reason": sprintf("the plan %s: %s", [consequence.text, named(addresses)]),
	"matched_on": shown(min(addresses)),
	"approvers": ["Data Owners"],
} if {
	some action, addresses in stateful_addresses
	consequence := consequences[action]
}
