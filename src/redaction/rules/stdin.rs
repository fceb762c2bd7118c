//! Secrets that a program is given by a pipe, a here-string or a here-document.

use super::Row;

/// What reads a secret from its standard input.
const READERS: &str = concat!(
    r"(?:--[a-z-]*-stdin\b|--with-token\b|--stdin\b|-pass(?:in|out)?<GAP>stdin\b|--passphrase-fd\b",
    r"|\b(?:ch(?:g)?passwd|smbpasswd|cryptsetup|kubeseal|ssh-add|systemd-creds|systemd-ask-password)\b",
    r"|\bsudo\b[^\x00\n;|]*<GAP>(?:-[A-Za-z]*S\b|--stdin)",
    r"|\b(?:gh|glab|tea)\b[^\x00\n;|]*<GAP>(?:secret|variable)<GAP>set\b",
    r"|\bvault\b[^\x00\n;|]*<GAP>(?:login|kv<GAP>put|write)\b|\bcargo<GAP>login\b",
    r"|\b(?:wrangler|docker|podman|gcloud|kubectl|oc|flyctl|fly|heroku|eas|modal|pass)\b[^\x00\n;|]*<GAP>(?:secrets?|pages<GAP>secret)<GAP>(?:put|create|import|versions|set|add)\b",
    r"|\bvercel\b[^\x00\n;|]*<GAP>env<GAP>add\b|\bpass<GAP>(?:insert|add)\b|\bsecret-tool<GAP>store\b",
    r"|\bkeyctl\b[^\x00\n;|]*<GAP>padd\b|\bhtpasswd<GAP>-[A-Za-z]*i|\bwg<GAP>(?:pubkey|set)\b",
    r"|\b(?:npm|bw|op|doctl|twine|az|expect)\b[^\x00\n;|]*<GAP>(?:login|signin|init|unlock)\b|\bcryptsetup\b|\bkinit\b|(?:^|[<SP>;|&])su\b)",
);

/// Each is searched for with `<READERS>` in it.
const FORMS: &[&str] = &[
    // echo S | READER
    r"\b(?:echo|printf)(?:<GAP>-[neE]+|<GAP>--)*(?:<GAP>['\x22]?%[sb](?:\\+n)*['\x22]?)?<GAP>(?P<secret>(?:<QUOTED>|<PLAIN>)+(?:[ \t]+(?:<QUOTED>|<PLAIN>)+)*)[ \t]*\|&?[^\x00\n;]*?<READERS>",
    // READER <<< S
    r"<READERS>[^\x00\n;|]*<<<[ \t]*<VALUE>",
    r"<<<[ \t]*<VALUE>[^\x00\n;]*<READERS>",
    // READER <<E, cat <<E | READER
    r"<READERS>[^\x00\n]*<<-?[^<\x00\n]*\n(?P<secret>[^\x00]+?)\n[ \t]*(?-u:[A-Za-z_]+)(?:\n|$|['\x22)])",
    r"<<-?[^<\x00\n]*?<READERS>[^\x00\n]*\n(?P<secret>[^\x00]+?)\n[ \t]*(?-u:[A-Za-z_]+)(?:\n|$|['\x22)])",
    // --token-file <(echo S)
    r"<KEY>[a-z-]*(?:<GAP>|=)<\((?:echo|printf)(?:<GAP>-[neE]+)*(?:<GAP>['\x22]?%s(?:\\+n)*['\x22]?)?<GAP><VALUE>",
];

pub(super) fn rows() -> Vec<Row> {
    FORMS
        .iter()
        .map(|form| Row::new("stdin-secret", &form.replace("<READERS>", READERS)))
        .collect()
}
