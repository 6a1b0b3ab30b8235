package io.oxbow.s3stream.store.s3;

import io.oxbow.s3stream.store.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Reads the certificate authorities to trust, in place of those that the JVM trusts by itself. */
final class TrustedAuthorities {

    private static final String PEM = "-----BEGIN ";

    private TrustedAuthorities() {}

    /**
     * @throws IllegalArgumentException that names the file and what is wrong with it
     */
    static TrustManager[] of(S3Config.TrustStore trust) {
        try {
            KeyStore store =
                    isPem(trust.file())
                            ? readCertificates(trust.file())
                            : readKeyStore(trust.file(), trust.password());
            if (store.size() == 0) {
                throw new IllegalArgumentException(
                        "%s %s shows no certificate; a key store may need %s"
                                .formatted(
                                        S3Options.TRUST_STORE,
                                        trust.file(),
                                        S3Options.TRUST_STORE_PASSWORD));
            }
            var factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "%s %s cannot be read as PEM, PKCS #12 or JKS: %s"
                            .formatted(S3Options.TRUST_STORE, trust.file(), e),
                    e);
        }
    }

    private static boolean isPem(Path file) throws IOException {
        // A PEM file may begin with remarks; a key store has bytes that no text has.
        return Files.readString(file, StandardCharsets.ISO_8859_1).contains(PEM);
    }

    private static KeyStore readCertificates(Path file)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            for (Certificate certificate : certificates) {
                store.setCertificateEntry("authority-" + store.size(), certificate);
            }
        }
        return store;
    }

    private static KeyStore readKeyStore(Path file, Optional<Secret> password)
            throws IOException, GeneralSecurityException {
        return KeyStore.getInstance(
                file.toFile(), password.map(secret -> secret.reveal().toCharArray()).orElse(null));
    }
}
