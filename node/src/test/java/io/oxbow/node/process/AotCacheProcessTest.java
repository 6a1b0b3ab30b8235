package io.oxbow.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests AOT caches: they speed up a start, and none that is damaged, foreign or missing prevents
 * it.
 */
@Tag("slow")
class AotCacheProcessTest {

    @TempDir static Path directory = Path.of("");

    private static Path app = Path.of("");
    private static Path made = Path.of("");
    private static FileTime built = FileTime.fromMillis(0);

    private final Map<String, String> environment = new HashMap<>();

    /** Makes the caches of an installation of its own, in which an earlier build has left some. */
    @BeforeAll
    static void makeCaches() throws Exception {
        install();
        Path caches = Files.createDirectory(app.resolve("aot"));
        Path used = Files.createFile(caches.resolve("oxbow-1-1.jar"));
        Path unused = Files.createFile(caches.resolve("oxbow-2-2.jar"));
        Path old = Files.createFile(caches.resolve("node-2-2.aot"));
        Process user = new ProcessBuilder("flock", "-s", used.toString(), "sleep", "600").start();
        try {
            Outcome outcome =
                    Outcome.of(
                            List.of(directory.resolve("bin/aot").toString()),
                            "",
                            Map.of("OXBOW_TARGET", "app"));
            assertThat(outcome.exit()).as("%s", outcome).isZero();
        } finally {
            user.descendants().forEach(ProcessHandle::destroy);
            user.destroy();
        }
        assertThat(used).as("the jar that a process runs from").exists();
        assertThat(List.of(unused, old)).noneMatch(Files::exists);
        made = Files.move(caches, directory.resolve("made"));
    }

    private static void install() throws IOException {
        Path home = OxbowProcess.home();
        String target = System.getenv().getOrDefault("OXBOW_TARGET", "target/app");
        Path source = home.resolve("node").resolve(target);
        app = Files.createDirectories(directory.resolve("node/app"));
        Files.createSymbolicLink(app.resolve("lib"), source.resolve("lib"));
        Files.copy(source.resolve("oxbow-node.jar"), app.resolve("oxbow-node.jar"));
        built = Files.getLastModifiedTime(app.resolve("oxbow-node.jar"));
        Path scripts = Files.createDirectory(directory.resolve("bin"));
        try (var files = Files.list(home.resolve("bin"))) {
            for (Path file : files.toList()) {
                Files.copy(
                        file,
                        scripts.resolve(file.getFileName()),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    @BeforeEach
    void copyCaches() throws IOException {
        environment.put("OXBOW_TARGET", "app");
        environment.put("OXBOW_NO_BUILD", "1");
        Files.setLastModifiedTime(app.resolve("oxbow-node.jar"), built);
        Path caches = app.resolve("aot");
        Files.deleteIfExists(caches);
        Files.createSymbolicLink(caches, made);
    }

    @Test
    void commandRunsFromItsCache() throws Exception {
        Path loaded = directory.resolve("loaded");
        environment.put("OXBOW_OPTS", "-Xlog:class+load:file=" + loaded);

        start();

        assertThat(Files.readAllLines(loaded))
                .anyMatch(line -> line.contains("picocli.CommandLine source: shared objects file"))
                .noneMatch(line -> line.contains("lib/picocli"));
    }

    private enum Misfit {
        TRUNCATED,
        EMPTY,
        OF_ANOTHER_JVM,
        MADE_BEFORE_A_BUILD,
        MADE_WITH_OTHER_OPTIONS,
        MADE_BY_ANOTHER_JDK,
        WITHOUT_ITS_JAR,
        NO_DIRECTORY
    }

    @ParameterizedTest
    @EnumSource
    void misfitStopsNoStart(Misfit misfit) throws Exception {
        Path caches = app.resolve("aot");
        Files.delete(caches);
        if (misfit == Misfit.NO_DIRECTORY) {
            Files.createFile(caches);
        } else {
            Files.createDirectory(caches);
            try (var files = Files.list(made)) {
                for (Path file : files.toList()) {
                    Files.copy(
                            file,
                            caches.resolve(file.getFileName()),
                            StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        try {
            alter(misfit, caches);
            start();
        } finally {
            if (Files.isDirectory(caches)) {
                try (var files = Files.list(caches)) {
                    for (Path file : files.toList()) {
                        Files.delete(file);
                    }
                }
            }
        }
    }

    /** Tests options that a cache was not made with, and some that exclude one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-XX:+UseParallelGC",
                "-XX:+UseG1GC -Xmx64m",
                "-XX:+UseZGC",
                "-Xint",
                "-Xlog:disable",
                "-Xshare:off",
                "-XX:-UseCompressedOops",
                "-XX:+UseStringDeduplication",
                "-XX:TieredStopAtLevel=4 -XX:+UsePerfData",
                "-XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0",
                "-Xshare:auto",
                "-XX:AOTMode=off",
                "-XX:-AOTClassLinking",
                "-Dpath=/*/? -Xss2m",
                "-Xmx40g -XX:+AlwaysPreTouch -Xms8m",
                "--add-opens java.base/java.lang=ALL-UNNAMED",
                "-XX:+EnableDynamicAgentLoading -XX:+UnlockExperimentalVMOptions"
            })
    void oddOptionsStopNoStart(String options) throws Exception {
        environment.put("OXBOW_OPTS", options);
        start();
    }

    private void alter(Misfit misfit, Path caches) throws IOException {
        switch (misfit) {
            case TRUNCATED -> truncate(only(caches, "command-"), 1 << 20);
            case EMPTY -> truncate(only(caches, "command-"), 0);
            case OF_ANOTHER_JVM ->
                    Files.move(
                            only(caches, "node-"),
                            only(caches, "command-"),
                            StandardCopyOption.REPLACE_EXISTING);
            case MADE_BEFORE_A_BUILD ->
                    Files.setLastModifiedTime(
                            app.resolve("oxbow-node.jar"), FileTime.fromMillis(1_000_000_000_000L));
            case MADE_WITH_OTHER_OPTIONS ->
                    environment.put("OXBOW_OPTS", "-XX:-UseCompactObjectHeaders");
            case MADE_BY_ANOTHER_JDK -> {
                Path other = directory.resolve("jdk");
                Files.createSymbolicLink(other, Path.of(System.getProperty("java.home")));
                environment.put("JAVA_HOME", other.toString());
            }
            case WITHOUT_ITS_JAR -> {
                try (var files = Files.list(caches)) {
                    for (Path jar :
                            files.filter(each -> each.toString().endsWith(".jar")).toList()) {
                        Files.delete(jar);
                    }
                }
            }
            case NO_DIRECTORY -> {}
        }
    }

    private static void truncate(Path file, long bytes) throws IOException {
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(bytes);
        }
    }

    private static Path only(Path caches, String prefix) throws IOException {
        try (var files = Files.list(caches)) {
            return files.filter(each -> each.getFileName().toString().startsWith(prefix))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Starts a command, which must do its work and say nothing of caches. */
    private void start() throws Exception {
        Outcome outcome =
                Outcome.of(
                        List.of(directory.resolve("bin/oxbow").toString(), "--version"),
                        "",
                        environment);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.exit()).isZero();
        assertThat(outcome.out()).startsWith("oxbow ").hasLineCount(1);
    }
}
