//! Repositories. The most popular files of each list come first.

/// What a repository is written in: which commands check it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::traffic) enum Stack {
    Python,
    TypeScript,
    Rust,
    Go,
    Infrastructure,
}

/// A repository, as it is written here. `{module}` is replaced by each of `modules` in turn.
#[derive(Debug)]
pub(in crate::traffic) struct RepositoryTable {
    pub(in crate::traffic) name: &'static str,
    pub(in crate::traffic) stack: Stack,
    pub(in crate::traffic) modules: &'static [&'static str],
    /// Files that agents read and edit.
    pub(in crate::traffic) sources: &'static [&'static str],
    /// As `sources`, and named by test runners.
    pub(in crate::traffic) tests: &'static [&'static str],
    /// Files that agents read only: generated, locked, or not theirs to change.
    pub(in crate::traffic) fixed: &'static [&'static str],
}

/// What every repository holds; it may be all there is to read.
pub(in crate::traffic) const README: &str = "README.md";

/// Applications, the busiest first.
pub(in crate::traffic) const APPLICATIONS: &[RepositoryTable] = &[
    RepositoryTable {
        name: "payments-api",
        stack: Stack::Python,
        modules: &[
            "payments", "refunds", "accounts", "webhooks", "invoices", "sessions", "audit",
            "currency", "reports", "limits", "notify", "exports",
        ],
        sources: &[
            "app/{module}/service.py",
            "app/{module}/models.py",
            "app/{module}/routes.py",
            "app/main.py",
            "app/config.py",
            "app/{module}/schemas.py",
            "pyproject.toml",
            "app/db/session.py",
            "docs/{module}.md",
            "app/{module}/errors.py",
            "CHANGELOG.md",
        ],
        tests: &[
            "tests/{module}/test_service.py",
            "tests/{module}/test_routes.py",
        ],
        fixed: &[
            "Makefile",
            ".env.example",
            "requirements.txt",
            "Dockerfile",
            ".github/workflows/ci.yml",
            "migrations/versions/0042_{module}.py",
            ".venv/lib/python3.12/site-packages/fastapi/routing.py",
        ],
    },
    RepositoryTable {
        name: "storefront",
        stack: Stack::TypeScript,
        modules: &[
            "cart", "checkout", "product", "search", "account", "orders", "dialog", "layout",
            "theme", "forms", "pricing", "wishlist", "reviews",
        ],
        sources: &[
            "src/features/{module}/index.tsx",
            "src/features/{module}/hooks.ts",
            "src/App.tsx",
            "src/features/{module}/api.ts",
            "src/lib/http.ts",
            "src/features/{module}/styles.css",
            "src/lib/i18n.ts",
            "src/types/{module}.ts",
            "docs/adr/{module}.md",
        ],
        tests: &[
            "src/features/{module}/index.test.tsx",
            "e2e/{module}.spec.ts",
        ],
        fixed: &[
            "package.json",
            "tsconfig.json",
            "vite.config.ts",
            "package-lock.json",
            ".eslintrc.cjs",
            ".github/workflows/build.yml",
            "node_modules/react/index.d.ts",
            "src/generated/{module}.ts",
        ],
    },
    RepositoryTable {
        name: "ledger",
        stack: Stack::Rust,
        modules: &[
            "journal", "balance", "posting", "account", "period", "rounding", "import", "export",
            "query", "storage",
        ],
        sources: &[
            "src/{module}/mod.rs",
            "src/lib.rs",
            "src/{module}/error.rs",
            "src/main.rs",
            "Cargo.toml",
            "src/{module}/convert.rs",
            "benches/{module}.rs",
            "docs/{module}.md",
        ],
        tests: &["tests/{module}.rs"],
        fixed: &[
            "Cargo.lock",
            "rustfmt.toml",
            "deny.toml",
            ".github/workflows/ci.yml",
        ],
    },
    RepositoryTable {
        name: "gateway",
        stack: Stack::Go,
        modules: &[
            "proxy",
            "auth",
            "ratelimit",
            "routing",
            "metrics",
            "health",
            "config",
            "tracing",
        ],
        sources: &[
            "internal/{module}/{module}.go",
            "cmd/gateway/main.go",
            "internal/{module}/options.go",
            "go.mod",
            "docs/{module}.md",
        ],
        tests: &["internal/{module}/{module}_test.go"],
        fixed: &[
            "go.sum",
            "Makefile",
            ".golangci.yml",
            "api/gen/{module}.pb.go",
        ],
    },
    RepositoryTable {
        name: "pipelines",
        stack: Stack::Python,
        modules: &[
            "orders",
            "customers",
            "stock",
            "pricing",
            "marketing",
            "finance",
            "quality",
        ],
        sources: &[
            "jobs/{module}/transform.py",
            "jobs/{module}/load.py",
            "lib/frames.py",
            "sql/{module}.sql",
            "notebooks/{module}.ipynb",
            "lib/dates.py",
        ],
        tests: &["tests/test_{module}.py"],
        fixed: &[
            "setup.cfg",
            "poetry.lock",
            "data/samples/{module}.csv",
            "Makefile",
        ],
    },
];

/// Infrastructure, the busiest first.
pub(in crate::traffic) const INFRASTRUCTURE: &[RepositoryTable] = &[
    RepositoryTable {
        name: "platform-infra",
        stack: Stack::Infrastructure,
        modules: &[
            "network",
            "cluster",
            "database",
            "queue",
            "dns",
            "storage",
            "monitoring",
            "cdn",
        ],
        sources: &[
            "modules/{module}/variables.tf",
            "modules/{module}/outputs.tf",
            "modules/{module}/{module}.tf",
            "envs/staging/locals.tf",
            "modules/{module}/README.md",
            "envs/staging/{module}.tf",
            "docs/runbooks/{module}.md",
        ],
        tests: &["tests/{module}.tftest.hcl"],
        fixed: &[
            "envs/staging/main.tf",
            "envs/production/main.tf",
            "modules/{module}/main.tf",
            "providers.tf",
            ".terraform.lock.hcl",
            ".github/workflows/plan.yml",
            "iam/roles/{module}.json",
        ],
    },
    RepositoryTable {
        name: "deployments",
        stack: Stack::Infrastructure,
        modules: &[
            "payments-api",
            "storefront",
            "ledger",
            "gateway",
            "pipelines",
        ],
        sources: &[
            "charts/{module}/values.yaml",
            "charts/{module}/templates/deployment.yaml",
            "overlays/staging/{module}.yaml",
            "charts/{module}/Chart.yaml",
        ],
        tests: &["tests/{module}_test.yaml"],
        fixed: &[
            "overlays/production/{module}.yaml",
            "Makefile",
            "security/policies.yaml",
        ],
    },
];
