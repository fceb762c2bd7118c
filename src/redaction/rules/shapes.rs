//! Texts that are secrets by themselves.

use super::Row;

/// Rule and pattern.
const SHAPES: &[(&str, &str)] = &[
    (
        "private-key-block",
        r"-----BEGIN[ \x1a][A-Z0-9 \x1a]*PRIVATE[ \x1a]KEY(?:[ \x1a]BLOCK)?-----(?P<secret>[A-Za-z0-9+/=<SP>\x1a\\:,.'-]{16,})",
    ),
    (
        "private-key-block",
        r"Private-Lines:[ \x1a]*[0-9]+(?P<secret>[A-Za-z0-9+/=<SP>\x1a\\]{16,})",
    ),
    (
        "private-key-block",
        r"(?i-u:\bAGE-SECRET-KEY-1[A-Z0-9]{20,})",
    ),
    ("aws-access-key", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b"),
    (
        "aws-access-key",
        r#"\b(?:AKIA|ASIA)[A-Z0-9]{16}['"<SP>\x1a,:;]+(?P<secret>[A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+]|$)"#,
    ),
    (
        "github-token",
        r"\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})",
    ),
    ("slack-token", r"\bx(?:ox[abeoprs]|app)-[A-Za-z0-9-]{10,}"),
    (
        "slack-token",
        r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<secret>[A-Za-z0-9/]{20,})",
    ),
    (
        "webhook",
        r"discord(?:app)?\.com/api/webhooks/[0-9]+/(?P<secret>[A-Za-z0-9_-]{20,})",
    ),
    (
        "webhook",
        r"webhook\.office\.com/[a-z0-9]+/(?P<secret>[A-Za-z0-9@/-]{20,})",
    ),
    (
        "webhook",
        r"\bbot(?P<secret>[0-9]{6,12}:[A-Za-z0-9_-]{30,})",
    ),
    (
        "google-api-key",
        r"\b(?:AIza[A-Za-z0-9_-]{35}|GOCSPX-[A-Za-z0-9_-]{20,}|ya29\.[A-Za-z0-9_-]{20,}|1//0[A-Za-z0-9_-]{30,})",
    ),
    ("vendor-token", VENDORS),
    (
        "jwt",
        r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
    ),
    (
        "bearer-token",
        r"(?i-u:\bbearer)[<SP>\x1a]+(?P<secret>[A-Za-z0-9._~+/=-]{16,})",
    ),
];

/// Tokens that begin with their maker's name.
const VENDORS: &str = concat!(
    r"\b(?:sk-[A-Za-z0-9_-]{20,}|[rs]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{20,}",
    r"|npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{50,}|rubygems_[a-f0-9]{40,}|cio[A-Za-z0-9]{32}\b",
    r"|dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}|glpat-[A-Za-z0-9_.-]{20,}",
    r"|gl(?:dt|rt|cbt|ptt|soat|imt|ft|agent)-[A-Za-z0-9_.-]{20,}",
    r"|(?:hf|gsk|nvapi|xai|pplx|r8|lin_api|figd|ntn|vcp|sbp|tfp)[_-][A-Za-z0-9_-]{30,}",
    r"|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|do[opr]_v1_[a-f0-9]{64}",
    r"|hv[srb]\.[A-Za-z0-9_-]{20,}|[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{40,}",
    r"|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|sq0(?:atp|csp)-[A-Za-z0-9_-]{22,}",
    r"|ATATT3[A-Za-z0-9_=-]{40,}|NRAK-[A-Z0-9]{27}|PMAK-[a-f0-9]{24}-[a-f0-9]{34}",
    r"|sntry[su]_[A-Za-z0-9_=+/-]{30,}|tskey-[a-z]+-[A-Za-z0-9-]{16,}|pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{20,}",
    r"|key-[a-f0-9]{32}\b|SK[a-f0-9]{32}\b|dapi[a-f0-9]{32}\b|dp\.(?:pt|st|ct|sa)\.[A-Za-z0-9._-]{30,}",
    r"|glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}|ops_eyJ[A-Za-z0-9_-]{20,}|fo1_[A-Za-z0-9_-]{30,})",
);

pub(super) fn rows() -> Vec<Row> {
    SHAPES
        .iter()
        .map(|(name, pattern)| Row::new(name, pattern))
        .collect()
}
