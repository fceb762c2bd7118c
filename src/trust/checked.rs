//! A trust file that was checked: its digest, and whose a key is.

use jiff::Timestamp;

use super::check::{check, check_new_names};
use super::document::{Person, PersonRole, Service, ServiceRole, TrustFile};
use super::error::TrustError;
use super::limits::MAX_TRUST_BYTES;
use crate::canonical::{Digest, DocumentError, read_canonical, read_document, to_canonical_bytes};
use crate::keys::VerifyingKey;

/// A trust file whose fields fit together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    file: TrustFile,
    canonical: Vec<u8>,
    digest: Digest,
}

/// Whose a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder<'a> {
    /// A person.
    Person(&'a Person),
    /// A service.
    Service(&'a Service),
}

impl Trust {
    /// Reads the document of a trust file, with any white space.
    ///
    /// # Errors
    /// With the first field that is wrong.
    pub fn read(document: &[u8]) -> Result<Self, TrustError> {
        Self::of(read_document(document, MAX_TRUST_BYTES)?)
    }

    /// Reads the document of a trust file as it is signed: in its RFC 8785 form.
    ///
    /// # Errors
    /// With the first field that is wrong, or if it is in another form.
    pub fn read_signed(document: &[u8]) -> Result<Self, TrustError> {
        Self::of(read_canonical(document, MAX_TRUST_BYTES)?)
    }

    /// Checks a trust file.
    ///
    /// # Errors
    /// With the first field that is wrong.
    pub fn of(file: TrustFile) -> Result<Self, TrustError> {
        check(&file)?;
        let canonical = to_canonical_bytes(&file).map_err(|_| DocumentError::NotCanonical)?;
        let digest = Digest::of(&canonical);
        Ok(Self {
            file,
            canonical,
            digest,
        })
    }

    /// Whether each name is one by which somebody can be found: what is looked at before a trust file is
    /// signed.
    ///
    /// # Errors
    /// With the first name that only looks like another one.
    pub fn check_new_names(&self) -> Result<(), TrustError> {
        check_new_names(&self.file)
    }

    /// The document.
    #[must_use]
    pub fn file(&self) -> &TrustFile {
        &self.file
    }

    /// The RFC 8785 form of the document: what is signed.
    #[must_use]
    pub fn canonical(&self) -> &[u8] {
        &self.canonical
    }

    /// SHA-256 over the RFC 8785 form of the document.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Whether the trust file approves nothing any more at this time.
    #[must_use]
    pub fn is_expired(&self, at: Timestamp) -> bool {
        at >= self.file.expires
    }

    /// The person who has this id or alias.
    #[must_use]
    pub fn person(&self, name: &str) -> Option<&Person> {
        let mut people = self.file.people.iter();
        people.find(|person| person.is_called(name))
    }

    /// The keys of all people and services.
    pub fn keys(&self) -> impl Iterator<Item = &VerifyingKey> {
        let people = self.file.people.iter().flat_map(|person| &person.keys);
        let services = self.file.services.iter().flat_map(|service| &service.keys);
        people.chain(services)
    }

    /// Whose this key is. The name in the key doesn't matter.
    #[must_use]
    pub fn holder(&self, key: &VerifyingKey) -> Option<Holder<'_>> {
        let bytes = key.public_key_bytes();
        let has = |keys: &[VerifyingKey]| keys.iter().any(|key| key.public_key_bytes() == bytes);
        let person = self.file.people.iter().find(|person| has(&person.keys));
        let service = || {
            let mut services = self.file.services.iter();
            services.find(|service| has(&service.keys))
        };
        person
            .map(Holder::Person)
            .or_else(|| service().map(Holder::Service))
    }

    /// The people with `role` whose keys these are, each once however many of the keys are theirs,
    /// in the order of the trust file.
    #[must_use]
    pub fn people_with(&self, role: PersonRole, keys: &[&VerifyingKey]) -> Vec<&Person> {
        let people = self.file.people.iter();
        let holds = |person: &&Person| {
            let is_theirs = |key: &&VerifyingKey| self.holder(key) == Some(Holder::Person(person));
            person.roles.contains(&role) && keys.iter().any(is_theirs)
        };
        people.filter(holds).collect()
    }

    /// The services with `role` whose keys these are, as [`Self::people_with`].
    #[must_use]
    pub fn services_with(&self, role: ServiceRole, keys: &[&VerifyingKey]) -> Vec<&Service> {
        let services = self.file.services.iter();
        let holds = |service: &&Service| {
            let is_theirs = |key: &&VerifyingKey| {
                let holder = self.holder(key);
                holder == Some(Holder::Service(service))
            };
            service.roles.contains(&role) && keys.iter().any(is_theirs)
        };
        services.filter(holds).collect()
    }
}
