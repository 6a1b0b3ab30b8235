package io.oxbow.s3stream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.Stream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that {@code docs/paths.md} names are those whose methods an append or a read calls. */
class PathsTest {

    private static final int CALLS = 300;
    private static final String ROOT = "io/oxbow/s3stream/";
    private static final Pattern FILE =
            Pattern.compile("^\\d+\\. `([\\w/]+\\.java)`", Pattern.MULTILINE);

    @TempDir Path directory;

    /** Work on a stream, {@link #CALLS} times. */
    private interface Calls {
        void run(TestNode node, Stream stream) throws Exception;
    }

    @Test
    void anAppendAndItsUploadTouchTheFilesOfTheirPath() throws Exception {
        Collection<String> touched =
                touched((node, stream) -> {
                    for (int i = 0; i < CALLS; i++) {
                        stream.append(ByteBuffer.allocate(100), 1, 1).await();
                    }
                    node.streams.flush();
                });
        assertThat(touched).containsExactlyInAnyOrderElementsOf(listed("An append and its upload"));
    }

    @Test
    void aReadOfTheTailTouchesTheFilesOfItsPath() throws Exception {
        Collection<String> touched =
                touched((node, stream) -> {
                    stream.append(ByteBuffer.allocate(100), 1, 1).await();
                    for (int i = 0; i < CALLS; i++) {
                        try (ReadResult fetched = stream.read(0, 1000)) {
                            assertThat(fetched.appends()).hasSize(2);
                        }
                    }
                });
        assertThat(touched).containsExactlyInAnyOrderElementsOf(listed("A read of the tail"));
    }

    @Test
    void aReadOfTheCacheTouchesTheFilesOfItsPath() throws Exception {
        Collection<String> touched =
                touched((node, stream) -> {
                    node.streams.flush();
                    for (int i = 0; i < CALLS; i++) {
                        try (ReadResult fetched = stream.read(0, 1000)) {
                            assertThat(fetched.appends()).hasSize(1);
                        }
                    }
                });
        assertThat(touched)
                .containsExactlyInAnyOrderElementsOf(listed("A read of data objects in the cache"));
    }

    /** Files with a method that was called at least once per call. */
    private Collection<String> touched(Calls calls) throws Exception {
        Path file = directory.resolve("methods.jfr");
        try (TestNode node =
                        TestNode.start(new TestNode.World(), new TestDisk(), TestNode.config());
                var recording = new Recording()) {
            Stream stream = node.stream();
            stream.append(ByteBuffer.allocate(10), 1, 1).await();
            recording
                    .enable("jdk.MethodTiming")
                    .with("filter", String.join(";", classes()))
                    .with("period", "endChunk");
            recording.start();
            calls.run(node, stream);
            recording.stop();
            recording.dump(file);
        }
        Collection<String> files = new TreeSet<>();
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            RecordedMethod method = event.getValue("method");
            if (event.getLong("invocations") >= CALLS / 2
                    && !method.getName().startsWith("lambda$")) {
                String type = method.getType().getName().replace('.', '/');
                int nested = type.indexOf('$');
                files.add(
                        (nested < 0 ? type : type.substring(0, nested)).substring(ROOT.length())
                                + ".java");
            }
        }
        return files;
    }

    private static List<String> classes() throws IOException, URISyntaxException {
        Path root =
                Path.of(
                        NodeStreams.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI());
        try (var files = Files.walk(root.resolve(ROOT))) {
            return files.map(each -> root.relativize(each).toString())
                    .filter(each -> each.endsWith(".class") && !each.endsWith("-info.class"))
                    .map(each ->
                            each.substring(0, each.length() - ".class".length()).replace('/', '.'))
                    .filter(each -> !isRecord(each))
                    .toList();
        }
    }

    private static boolean isRecord(String type) {
        try {
            return Class.forName(type, false, PathsTest.class.getClassLoader()).isRecord();
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> listed(String heading) throws IOException {
        String page = Files.readString(Path.of("../docs/paths.md"));
        int start = page.indexOf("## " + heading + "\n");
        int end = page.indexOf("\n## ", start + 1);
        Matcher files = FILE.matcher(page.substring(start, end < 0 ? page.length() : end));
        return files.results().map(each -> each.group(1)).collect(Collectors.toList());
    }
}
