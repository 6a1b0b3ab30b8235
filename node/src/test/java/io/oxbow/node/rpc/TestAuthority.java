package io.oxbow.node.rpc;

import io.oxbow.node.config.NodeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Certificate authority of a test, made by the JDK's keytool, which signs for nodes. */
public final class TestAuthority {

    private static final char[] PASSWORD = "password".toCharArray();

    private final Path directory;
    private final String name;
    private final Path store;
    private final Path authorities;

    /**
     * Makes an authority.
     *
     * @param directory for its files
     */
    public TestAuthority(Path directory, String name) throws Exception {
        this.directory = directory;
        this.name = name;
        store = directory.resolve(name + ".p12");
        keytool(store, "-genkeypair", "-alias", name, "-dname", "CN=" + name, "-ext", "bc:c");
        authorities = directory.resolve(name + ".pem");
        keytool(store, "-exportcert", "-rfc", "-alias", name, "-file", authorities.toString());
    }

    /**
     * Signs for a node.
     *
     * @param host as keytool has it in a subject's alternative name, such as {@code ip:127.0.0.1}
     */
    public NodeConfig.Certificates sign(String node, String host) throws Exception {
        Path own = directory.resolve("%s-%s.p12".formatted(name, node));
        Path request = directory.resolve(node + ".csr");
        Path signed = directory.resolve(node + ".crt");
        keytool(own, "-genkeypair", "-alias", node, "-dname", "CN=" + node);
        keytool(own, "-certreq", "-alias", node, "-file", request.toString());
        keytool(
                store,
                "-gencert",
                "-rfc",
                "-alias",
                name,
                "-ext",
                "san=" + host,
                "-infile",
                request.toString(),
                "-outfile",
                signed.toString());
        Path file = directory.resolve("%s-%s.pem".formatted(name, node));
        KeyStore keys = KeyStore.getInstance(own.toFile(), PASSWORD);
        Files.writeString(
                file,
                pem("PRIVATE KEY", keys.getKey(node, PASSWORD).getEncoded())
                        + Files.readString(signed)
                        + pem("CERTIFICATE", certificate().getEncoded()));
        return new NodeConfig.Certificates(file, authorities);
    }

    private Certificate certificate() throws Exception {
        return KeyStore.getInstance(store.toFile(), PASSWORD).getCertificate(name);
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN %s-----%n%s%n-----END %1$s-----%n"
                .formatted(
                        what, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes));
    }

    private static void keytool(Path store, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        if (List.of(arguments).contains("-genkeypair")) {
            command.addAll(List.of("-keyalg", "EC", "-validity", "10"));
        }
        command.addAll(List.of("-keystore", store.toString(), "-storepass", "password"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IOException(said);
        }
    }
}
