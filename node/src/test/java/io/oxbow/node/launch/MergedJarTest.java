package io.oxbow.node.launch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Tests the merge of a class path into one jar. */
class MergedJarTest {

    @TempDir Path directory = Path.of("");

    @Test
    void findsWhatTheClassPathFindsFirst() throws IOException {
        Path first = jar("first.jar", Map.of("a.txt", "first", "only-first.txt", "1"));
        Path second = jar("second.jar", Map.of("a.txt", "second", "only-second.txt", "2"));

        Map<String, String> merged = merge(first, second);

        assertThat(merged)
                .isEqualTo(Map.of("a.txt", "first", "only-first.txt", "1", "only-second.txt", "2"));
    }

    @Test
    void joinsServices() throws IOException {
        String service = "META-INF/services/x.Service";

        Map<String, String> merged =
                merge(
                        jar("first.jar", Map.of(service, "x.First")),
                        jar("second.jar", Map.of(service, "x.Second")));

        assertThat(merged.get(service).lines()).containsExactly("x.First", "x.Second");
    }

    @Test
    void takesTheVersionOfThisJvmAndNoManifestOrSignature() throws IOException {
        Path jar =
                jar(
                        "versions.jar",
                        Map.of(
                                JarFile.MANIFEST_NAME,
                                "Manifest-Version: 1.0\nMulti-Release: true\n",
                                "a.txt",
                                "old",
                                "META-INF/versions/9/a.txt",
                                "new",
                                "META-INF/versions/9/module-info.class",
                                "module",
                                "META-INF/KEY.SF",
                                "signature"));

        assertThat(merge(jar)).isEqualTo(Map.of("a.txt", "new"));
    }

    /** The library that the command line is read by is compiled for Java 5. */
    @Test
    void writesOldClassesInAFormatThatCachesTake() throws Exception {
        Path library = jarOf(CommandLine.class);
        byte[] old = classBytes(library);
        assertThat(MergedJar.majorVersion(old)).isLessThan(ClassFile.JAVA_6_VERSION);
        Path merged = directory.resolve("merged.jar");

        MergedJar.merge(List.of(library), merged);

        byte[] made = classBytes(merged);
        assertThat(MergedJar.majorVersion(made)).isEqualTo(ClassFile.JAVA_6_VERSION);
        assertThat(ClassFile.of().verify(made)).isEmpty();
        URL[] urls = {merged.toUri().toURL()};
        try (var loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
            Class<?> loaded = Class.forName(CommandLine.class.getName(), true, loader);
            assertThat(loaded.getClassLoader()).isSameAs(loader);
        }
    }

    private static Path jarOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static byte[] classBytes(Path jar) throws IOException {
        try (var file = new JarFile(jar.toFile());
                InputStream in = file.getInputStream(file.getEntry("picocli/CommandLine.class"))) {
            return in.readAllBytes();
        }
    }

    private Path jar(String name, Map<String, String> content) throws IOException {
        Path path = directory.resolve(name);
        try (var out = new JarOutputStream(Files.newOutputStream(path))) {
            String manifest = content.get(JarFile.MANIFEST_NAME);
            if (manifest != null) {
                put(out, JarFile.MANIFEST_NAME, manifest);
            }
            for (var entry : content.entrySet()) {
                if (!entry.getKey().equals(JarFile.MANIFEST_NAME)) {
                    put(out, entry.getKey(), entry.getValue());
                }
            }
        }
        return path;
    }

    private static void put(JarOutputStream out, String name, String content) throws IOException {
        out.putNextEntry(new JarEntry(name));
        out.write(content.getBytes(UTF_8));
        out.closeEntry();
    }

    private Map<String, String> merge(Path... jars) throws IOException {
        Path target = directory.resolve("merged.jar");
        MergedJar.merge(List.of(jars), target);
        Map<String, String> content = new LinkedHashMap<>();
        try (var jar = new JarFile(target.toFile())) {
            for (JarEntry entry : jar.stream().toList()) {
                try (InputStream in = jar.getInputStream(entry)) {
                    content.put(entry.getName(), new String(in.readAllBytes(), UTF_8));
                }
            }
        }
        return content;
    }
}
