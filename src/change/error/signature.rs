//! Why the signature on a document of a change doesn't count.

use jiff::Timestamp;

use super::RequestError;
use crate::keys::dsse::DsseError;
use crate::trust::signer::SignerProblem;

/// A kind of document that a person signs, as messages name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// A request for a change.
    Request,
    /// An approval or a rejection of a request.
    Approval,
    /// An acknowledgement of what a line of the semantic diff loosens.
    Acknowledgement,
    /// A break-glass statement.
    BreakGlass,
    /// The withdrawal of a request.
    Withdrawal,
}

/// Why the signature on a document doesn't count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureRefusal {
    /// The envelope can't be read.
    #[error(transparent)]
    Envelope(#[from] DsseError),
    /// The envelope holds no such document.
    #[error(transparent)]
    Document(#[from] RequestError),
    /// Nobody who has to sign the document did.
    #[error("{}", kind.not_signed(problem))]
    Signer {
        /// The kind of document.
        kind: DocumentKind,
        /// Whose signature is missing, or counts for nothing.
        problem: SignerProblem,
    },
    /// The document was signed later than the time of judgement.
    #[error(
        "the {} was {} at {from}, which is later than the time that is judged by",
        kind.noun(),
        kind.begun()
    )]
    NotYet {
        /// The kind of document.
        kind: DocumentKind,
        /// When it was signed.
        from: Timestamp,
    },
    /// The document has ended.
    #[error("the {} expired at {until}", kind.noun())]
    Expired {
        /// The kind of document.
        kind: DocumentKind,
        /// From when on it doesn't count any more.
        until: Timestamp,
    },
}

impl SignatureRefusal {
    /// Whether the document could not be read at all.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        matches!(self, Self::Envelope(_) | Self::Document(_))
    }
}

impl DocumentKind {
    fn not_signed(self, problem: &SignerProblem) -> String {
        let noun = self.noun();
        match problem {
            SignerProblem::TrustExpired(at) => {
                format!(
                    "the trust file expired at {at}, so {}",
                    self.without_trust()
                )
            }
            SignerProblem::UnknownPerson(name) if self == Self::Request => {
                format!("the requester `{name}` is no person of the trust file")
            }
            SignerProblem::UnknownPerson(name) => {
                format!("the {noun} names `{name}`, who is no person of the trust file")
            }
            SignerProblem::Signatures(found) => {
                format!(
                    "the {noun} has {found} signatures; {}",
                    self.one_signature()
                )
            }
            SignerProblem::NotByNamed(name) if self == Self::Request => {
                format!("the request is not signed by a key of its requester `{name}`")
            }
            SignerProblem::NotByNamed(name) => {
                format!("the {noun} is not signed by a key of `{name}`, whom it names")
            }
            SignerProblem::UnknownKey => {
                format!("the {noun} is not signed by any key of the trust file")
            }
            SignerProblem::Service(id) => format!(
                "the {noun} is signed by the service `{id}`; only people {}",
                self.verb()
            ),
            SignerProblem::OtherPerson { named, signer } => {
                let as_whom = match self {
                    Self::Approval => " as its approver",
                    _ => "",
                };
                format!("the {noun} names `{named}`{as_whom}, but `{signer}` signed it")
            }
            SignerProblem::WrongRole { person, role } => {
                format!("`{person}` does not have the role `{}`", role.as_str())
            }
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Approval => "approval",
            Self::Acknowledgement => "acknowledgement",
            Self::BreakGlass => "break-glass statement",
            Self::Withdrawal => "withdrawal",
        }
    }

    /// What a person does by such a document.
    fn verb(self) -> &'static str {
        match self {
            Self::Request => "ask for a change",
            Self::Approval => "approve",
            Self::Acknowledgement => "acknowledge",
            Self::BreakGlass => "break the glass",
            Self::Withdrawal => "withdraw a request",
        }
    }

    /// How the document's own time is called.
    fn begun(self) -> &'static str {
        match self {
            Self::Request => "made",
            Self::Approval | Self::Acknowledgement => "given",
            Self::BreakGlass => "issued",
            Self::Withdrawal => "signed",
        }
    }

    fn one_signature(self) -> &'static str {
        match self {
            Self::Request => "its requester alone signs it",
            Self::Approval => "each approver has an envelope of their own",
            Self::Acknowledgement => "each person has an envelope of their own",
            Self::BreakGlass => "one person alone signs it",
            Self::Withdrawal => "the requester alone signs it",
        }
    }

    /// What nobody can do any more if the trust file has ended.
    fn without_trust(self) -> &'static str {
        match self {
            Self::Request => "nobody asks for a change",
            Self::Approval => "nothing is approved",
            Self::Acknowledgement => "nothing is acknowledged",
            Self::BreakGlass => "nobody breaks the glass",
            Self::Withdrawal => "nothing is withdrawn",
        }
    }
}
