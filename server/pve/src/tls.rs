//! Which certificates a client accepts. There is no way to accept all.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::{
    CertificateError, ClientConfig, ConfigBuilder, DigitallySignedStruct, OtherError, RootCertStore,
    SignatureScheme, WantsVerifier,
};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use sha2::{Digest, Sha256};

use crate::config::{Fingerprint, Trust};
use crate::error::{Error, Result};

/// The TLS settings for this trust.
pub(crate) fn client_config(trust: &Trust) -> Result<ClientConfig> {
    let provider = Arc::new(ring::default_provider());
    let builder = builder(&provider)?;
    Ok(match trust {
        Trust::System => builder
            .with_root_certificates(system_roots()?)
            .with_no_client_auth(),
        Trust::CaFile(path) => builder
            .with_root_certificates(file_roots(path)?)
            .with_no_client_auth(),
        Trust::Fingerprints(pinned) if pinned.is_empty() => {
            return Err(Error::Config("no fingerprint is given".to_owned()));
        }
        Trust::Fingerprints(pinned) => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Pinned {
                pinned: pinned.clone(),
                provider,
            }))
            .with_no_client_auth(),
    })
}

/// For a client that only talks plain HTTP to its own machine: reqwest wants TLS settings all the same.
pub(crate) fn trusting_nobody() -> Result<ClientConfig> {
    let provider = Arc::new(ring::default_provider());
    Ok(builder(&provider)?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth())
}

fn builder(provider: &Arc<CryptoProvider>) -> Result<ConfigBuilder<ClientConfig, WantsVerifier>> {
    ClientConfig::builder_with_provider(Arc::clone(provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Config(format!("TLS can't be set up: {error}")))
}

fn system_roots() -> Result<RootCertStore> {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "some of the system's certificate authorities can't be read");
    }
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        return Err(Error::Config(
            "the system has no certificate authorities (package ca-certificates); give a CA file or a fingerprint"
                .to_owned(),
        ));
    }
    Ok(roots)
}

fn file_roots(path: &std::path::Path) -> Result<RootCertStore> {
    let bad = |why: String| Error::Config(format!("the CA file {} {why}", path.display()));
    let certificates = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<std::result::Result<Vec<_>, _>>)
        .map_err(|error| bad(format!("can't be read: {error}")))?;
    let mut roots = RootCertStore::empty();
    for certificate in certificates {
        roots
            .add(certificate)
            .map_err(|error| bad(format!("holds a certificate that can't be used: {error}")))?;
    }
    if roots.is_empty() {
        return Err(bad("holds no certificate".to_owned()));
    }
    Ok(roots)
}

/// Accepts the certificates with these fingerprints. The handshake's signature is verified as ever: it
/// proves that the server holds the certificate's key.
#[derive(Debug)]
struct Pinned {
    pinned: Vec<Fingerprint>,
    provider: Arc<CryptoProvider>,
}

#[derive(Debug, thiserror::Error)]
#[error("the server's certificate has the SHA-256 fingerprint {0}, which is not the configured one")]
struct WrongFingerprint(Fingerprint);

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        let presented = fingerprint(end_entity);
        if self.pinned.contains(&presented) {
            return Ok(ServerCertVerified::assertion());
        }
        let other = OtherError(Arc::new(WrongFingerprint(presented)));
        Err(rustls::Error::InvalidCertificate(CertificateError::Other(other)))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

fn fingerprint(certificate: &CertificateDer<'_>) -> Fingerprint {
    Fingerprint(Sha256::digest(certificate).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_pinned_certificate_passes() {
        let certificate = CertificateDer::from(b"a certificate".to_vec());
        let pinned = Pinned {
            pinned: vec![fingerprint(&certificate)],
            provider: Arc::new(ring::default_provider()),
        };
        let check = |certificate: &CertificateDer<'_>| {
            let name = ServerName::try_from("pve1").unwrap();
            pinned.verify_server_cert(certificate, &[], &name, &[], UnixTime::now())
        };
        assert!(check(&certificate).is_ok());
        let other = CertificateDer::from(b"another".to_vec());
        let error = check(&other).unwrap_err().to_string();
        assert!(error.contains(&fingerprint(&other).to_string()), "{error}");
    }

    #[test]
    fn a_file_without_certificates_is_refused() {
        let path = std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
        let error = client_config(&Trust::CaFile(path)).unwrap_err();
        assert!(error.to_string().contains("holds no certificate"), "{error}");
        assert!(client_config(&Trust::CaFile("/nowhere/ca.pem".into())).is_err());
        assert!(client_config(&Trust::Fingerprints(Vec::new())).is_err());
    }
}
