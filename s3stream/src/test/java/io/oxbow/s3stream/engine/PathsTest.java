package io.oxbow.s3stream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.testkit.TouchedFiles;
import java.nio.ByteBuffer;
import java.util.Collection;
import org.junit.jupiter.api.Test;

/** The files that {@code docs/paths.md} names are those whose methods an append or a read calls. */
class PathsTest {

    private static final int CALLS = 300;

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
        assertThat(touched)
                .containsExactlyInAnyOrderElementsOf(
                        TouchedFiles.listed("An append and its upload"));
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
        assertThat(touched)
                .containsExactlyInAnyOrderElementsOf(TouchedFiles.listed("A read of the tail"));
    }

    @Test
    void aReadOfTheCacheTouchesTheFilesOfItsPath() throws Exception {
        Collection<String> touched =
                touched((node, stream) -> {
                    node.streams.flush();
                    // A tail lets go a moment after the commit that a flush waits for.
                    TestNode.await(
                            "tails are empty",
                            () -> node.streams.memoryStats().appends().pendingBytes() == 0);
                    for (int i = 0; i < CALLS; i++) {
                        try (ReadResult fetched = stream.read(0, 1000)) {
                            assertThat(fetched.appends()).hasSize(1);
                        }
                    }
                });
        assertThat(touched)
                .containsExactlyInAnyOrderElementsOf(
                        TouchedFiles.listed("A read of data objects in the cache"));
    }

    private static Collection<String> touched(Calls calls) throws Exception {
        try (TestNode node =
                TestNode.start(new TestNode.World(), new TestDisk(), TestNode.config())) {
            Stream stream = node.stream();
            stream.append(ByteBuffer.allocate(10), 1, 1).await();
            return TouchedFiles.of(NodeStreams.class, "io/oxbow/s3stream")
                    .touchedBy(CALLS, () -> calls.run(node, stream));
        }
    }
}
