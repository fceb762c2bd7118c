//! The fields of an action document, before they are compared with each other.

use std::fmt;
use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::roots::{self, Roots};
use super::schema;
use crate::action::{ActionError, ActionType};

/// The members of a document that are text.
const TEXT_FIELDS: &[&str] = &[
    "schema_version",
    "action_type",
    "target",
    "requested_operation",
    "server",
    "tool",
    "capability",
    "session_id",
    "agent_id",
    "actor",
    "correlation_id",
    "cwd",
    "workspace_root",
    "current_branch",
];
/// The members that are lists of texts.
const LIST_FIELDS: &[&str] = &[roots::FIELD];
/// The members that are `true` or `false`.
const FLAG_FIELDS: &[&str] = &["content", "respects_ignore"];
/// The members that hold other people's JSON.
const JSON_FIELDS: &[&str] = &["terraform_plan", "mcp_tool", "mcp_arguments"];

/// What an agent asks to do. Fields that don't belong to the action type are refused. `null` is
/// the same as an absent field. The whole document may be 5 MiB long. No text may hold a NUL
/// character.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ActionDocument", transform = schema::by_action_type)]
pub struct Document<'a> {
    /// The document's version. May be left out.
    #[serde(default, deserialize_with = "text")]
    #[schemars(schema_with = "schema::schema_version")]
    pub(super) schema_version: Option<String>,
    /// What kind of action it is.
    #[serde(default, deserialize_with = "text")]
    #[schemars(with = "ActionType")]
    pub(super) action_type: Option<String>,
    /// What the action is about: a path, a command line, a git target, or `server:tool`. A git
    /// target is `remote/branch`, a refspec, or a remote followed by refspecs.
    #[serde(default, deserialize_with = "text")]
    #[schemars(schema_with = "schema::target")]
    pub(super) target: Option<String>,
    /// The operation. `read` for `read_file`, or `search` where `target` is a file, a folder that is
    /// walked or a glob of files in which a text is searched; `write` for `write_file`; equal to
    /// `target` for `execute_command`, where it may be left out; `push`, `force_push`, `fetch` and others like them for
    /// `git_operation`; the capability for `mcp_tool_call`, where it may be left out.
    #[serde(default, deserialize_with = "text")]
    #[schemars(schema_with = "schema::operation")]
    pub(super) requested_operation: Option<String>,
    /// Whether a search prints what files hold, and not only their names. Only for `search`.
    /// Absent: it does.
    #[serde(default)]
    pub(super) content: Option<bool>,
    /// Whether a search skips hidden files and those that ignore files such as `.gitignore` name, as
    /// `rg` does. Only for `search`. Absent: it doesn't.
    #[serde(default)]
    pub(super) respects_ignore: Option<bool>,
    /// The MCP server, if it is given apart from `target`. Only for `mcp_tool_call`.
    #[serde(default, deserialize_with = "text")]
    #[schemars(schema_with = "schema::text")]
    pub(super) server: Option<String>,
    /// The MCP tool, if it is given apart from `target`. Only for `mcp_tool_call`.
    #[serde(default, deserialize_with = "text")]
    #[schemars(schema_with = "schema::text")]
    pub(super) tool: Option<String>,
    /// The capability that the call uses, such as `filesystem`. Only for `mcp_tool_call`.
    #[serde(default, deserialize_with = "text")]
    #[schemars(schema_with = "schema::text")]
    pub(super) capability: Option<String>,
    /// The agent's session. It is copied into the decision.
    #[serde(default, deserialize_with = "text")]
    #[schemars(schema_with = "schema::text")]
    pub(super) session_id: Option<String>,
    /// The agent. It is copied into the decision.
    #[serde(default, deserialize_with = "text")]
    #[schemars(schema_with = "schema::text")]
    pub(super) agent_id: Option<String>,
    /// The person or service that the agent works for. It is copied into the decision.
    #[serde(default, deserialize_with = "text")]
    #[schemars(schema_with = "schema::text")]
    pub(super) actor: Option<String>,
    /// The caller's own id for the request. It is copied into the decision.
    #[serde(default, deserialize_with = "text")]
    #[schemars(schema_with = "schema::text")]
    pub(super) correlation_id: Option<String>,
    /// The working directory. Relative paths start here.
    #[serde(default, deserialize_with = "text")]
    #[schemars(schema_with = "schema::text")]
    pub(super) cwd: Option<String>,
    /// The workspace's root, a whole path. Path patterns are anchored here.
    #[serde(default, deserialize_with = "text")]
    #[schemars(schema_with = "schema::text")]
    pub(super) workspace_root: Option<String>,
    /// Further roots of the workspace, such as other worktrees, each a whole path. Path patterns
    /// are anchored at each of them too. Needs `workspace_root`.
    #[serde(default)]
    #[schemars(schema_with = "schema::roots")]
    pub(super) workspace_roots: Option<Roots>,
    /// The git branch that is checked out. A push that names no branch pushes this one.
    #[serde(default, deserialize_with = "text")]
    #[schemars(schema_with = "schema::text")]
    pub(super) current_branch: Option<String>,
    /// The object that `terraform show -json PLANFILE` prints, at most 4 MiB.
    #[serde(default, borrow, deserialize_with = "json")]
    #[schemars(schema_with = "schema::object")]
    pub(super) terraform_plan: Option<&'a RawValue>,
    /// The tool's definition exactly as `tools/list` returned it, at most 256 KiB. Only for
    /// `mcp_tool_call`.
    #[serde(default, borrow, deserialize_with = "json")]
    #[schemars(schema_with = "schema::object")]
    pub(super) mcp_tool: Option<&'a RawValue>,
    /// The arguments of the call, as the agent gave them, at most 256 KiB. Only for
    /// `mcp_tool_call`.
    #[serde(default, borrow, deserialize_with = "json")]
    #[schemars(schema_with = "schema::object")]
    pub(super) mcp_arguments: Option<&'a RawValue>,
}

impl Document<'_> {
    /// Puts in the operation where the action type leaves no choice and it isn't given.
    pub(super) fn imply_operation(&mut self) {
        if self.requested_operation.is_some() {
            return;
        }
        self.requested_operation = match self.action_type.as_deref() {
            Some("read_file") => Some("read".to_owned()),
            Some("write_file") => Some("write".to_owned()),
            Some("execute_command") => self.target.clone(),
            _ => None,
        };
    }
}

/// Text that is there; `null` is absent, as many programs write it.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

fn json<'de: 'a, 'a, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<&'a RawValue>, D::Error> {
    let json = <&RawValue>::deserialize(deserializer)?;
    Ok(Some(json).filter(|json| json.get() != "null"))
}

/// The first member at fault, where `bytes` are an object at all.
pub(super) fn diagnose(bytes: &[u8]) -> Option<ActionError> {
    let members: Members<'_> = serde_json::from_slice(bytes).ok()?;
    let mut seen: Vec<&str> = Vec::new();
    for (key, value) in &members.0 {
        let refuse = |problem: &str| Some(ActionError::invalid(key.as_str(), problem));
        let is_text = TEXT_FIELDS.contains(&key.as_str());
        let is_list = LIST_FIELDS.contains(&key.as_str());
        let is_flag = FLAG_FIELDS.contains(&key.as_str());
        if !is_text && !is_list && !is_flag && !JSON_FIELDS.contains(&key.as_str()) {
            let names = [TEXT_FIELDS, LIST_FIELDS, FLAG_FIELDS, JSON_FIELDS]
                .concat()
                .join("`, `");
            let problem = format!("is not a field of an action document; those are `{names}`");
            return refuse(&problem);
        }
        if seen.contains(&key.as_str()) {
            return refuse("is given twice");
        }
        if is_text && serde_json::from_str::<Option<String>>(value.get()).is_err() {
            return refuse("is not a string");
        }
        if is_list && serde_json::from_str::<Option<Roots>>(value.get()).is_err() {
            return refuse("is not a list of strings");
        }
        if is_flag && serde_json::from_str::<Option<bool>>(value.get()).is_err() {
            return refuse("is neither `true` nor `false`");
        }
        seen.push(key);
    }
    None
}

/// An object's members as written, the repeated ones too: one more than there are fields,
/// among which one must be at fault.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor(PhantomData))
    }
}

struct MembersVisitor<'a>(PhantomData<&'a ()>);

impl<'de: 'a, 'a> Visitor<'de> for MembersVisitor<'a> {
    type Value = Members<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'a>, A::Error> {
        let mut members = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if members.len()
                <= TEXT_FIELDS.len() + LIST_FIELDS.len() + FLAG_FIELDS.len() + JSON_FIELDS.len()
            {
                members.push((key, map.next_value()?));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Members(members))
    }
}
