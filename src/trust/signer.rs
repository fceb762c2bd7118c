//! Who signed a document: one person of a trust file, who may sign it.

use jiff::Timestamp;

use super::document::{Person, PersonRole};
use super::{Holder, Trust};
use crate::keys::dsse::{DsseError, Envelope};

/// Who has to sign a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signer<'a> {
    /// The person with this id or alias, whatever roles the person has.
    Named(&'a str),
    /// A person with the role. If the document names a person, then that one.
    WithRole {
        /// The role.
        role: PersonRole,
        /// The id or an alias of the person that the document names.
        named: Option<&'a str>,
    },
}

/// Why a document is not signed by who has to sign it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignerProblem {
    /// Nobody's signature counts any more since then.
    TrustExpired(Timestamp),
    /// The document names somebody who is no person of the trust file.
    UnknownPerson(String),
    /// Another number of signatures than one.
    Signatures(usize),
    /// Somebody else signed than the person with this name, or nobody whose key is known.
    NotByNamed(String),
    /// No key of the trust file signed.
    UnknownKey,
    /// The service with this id signed.
    Service(String),
    /// Somebody signed for somebody else.
    OtherPerson {
        /// The person that the document names.
        named: String,
        /// The id of the person who signed.
        signer: String,
    },
    /// The person lacks the role.
    WrongRole {
        /// The id of the person who signed.
        person: String,
        /// The role that the signature takes.
        role: PersonRole,
    },
}

/// The payload of an envelope, and who signed it.
#[derive(Debug)]
pub struct SignedPayload<'t> {
    /// The bytes that were signed.
    pub payload: Vec<u8>,
    trust: &'t Trust,
    /// Who holds the first key that signed. None if nobody of the trust file does.
    holder: Option<Holder<'t>>,
    /// How many signatures the envelope has, by anybody.
    signatures: usize,
}

impl Trust {
    /// Opens an envelope with a document of the media type `media_type`. Whether a signature counts
    /// is for [`SignedPayload::signer`].
    ///
    /// # Errors
    /// If the envelope can't be read, or holds something else.
    pub fn open(
        &self,
        envelope: &Envelope,
        media_type: &str,
    ) -> Result<SignedPayload<'_>, DsseError> {
        let signed = envelope.signed_by(media_type, self.keys())?;
        let mut holders = signed.keys.iter().filter_map(|key| self.holder(key));
        Ok(SignedPayload {
            holder: holders.next(),
            payload: signed.payload,
            trust: self,
            signatures: envelope.signature_count(),
        })
    }
}

impl<'t> SignedPayload<'t> {
    /// The person who alone signed the payload and may, as of the time `at`.
    ///
    /// # Errors
    /// With the first reason why nobody who has to sign it did.
    pub fn signer(&self, wanted: Signer<'_>, at: Timestamp) -> Result<&'t Person, SignerProblem> {
        if self.trust.is_expired(at) {
            return Err(SignerProblem::TrustExpired(self.trust.file().expires));
        }
        match wanted {
            Signer::Named(name) => self.named(name),
            Signer::WithRole { role, named } => self.with_role(role, named),
        }
    }

    fn named(&self, name: &str) -> Result<&'t Person, SignerProblem> {
        let person = self.trust.person(name);
        let person = person.ok_or_else(|| SignerProblem::UnknownPerson(name.to_owned()))?;
        self.check_one_signature()?;
        match self.holder == Some(Holder::Person(person)) {
            true => Ok(person),
            false => Err(SignerProblem::NotByNamed(name.to_owned())),
        }
    }

    fn with_role(
        &self,
        role: PersonRole,
        named: Option<&str>,
    ) -> Result<&'t Person, SignerProblem> {
        self.check_one_signature()?;
        let person = match self.holder {
            Some(Holder::Person(person)) => person,
            Some(Holder::Service(service)) => {
                return Err(SignerProblem::Service(service.id.clone()));
            }
            None => return Err(SignerProblem::UnknownKey),
        };
        if let Some(named) = named.filter(|named| self.trust.person(named) != Some(person)) {
            return Err(SignerProblem::OtherPerson {
                named: named.to_owned(),
                signer: person.id.clone(),
            });
        }
        match person.roles.contains(&role) {
            true => Ok(person),
            false => Err(SignerProblem::WrongRole {
                person: person.id.clone(),
                role,
            }),
        }
    }

    /// Each person has an envelope of their own, so a second signature means something else.
    fn check_one_signature(&self) -> Result<(), SignerProblem> {
        match self.signatures {
            1 => Ok(()),
            found => Err(SignerProblem::Signatures(found)),
        }
    }
}
