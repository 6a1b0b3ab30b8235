package io.oxbow.broker.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.StreamName;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Tests that the in-memory store keeps the contract of stream stores. */
class InMemoryStreamStoreTest {

    private static final StreamName NAME = new StreamName(new UUID(1, 2), 0, StreamName.Kind.DATA);

    @Test
    void aReadShowsOnlyWhatIsDurable() throws Exception {
        try (var store = new InMemoryStreamStore()) {
            Stream stream = open(store);
            stream.append(bytes(1), 3, 10).await();
            store.holdCommits();
            stream.append(bytes(2), 2, 20);

            try (ReadResult fetched = stream.read(1, 100)) {
                assertThat(fetched.appends()).hasSize(1);
                assertThat(fetched.nextOffset()).isEqualTo(3);
            }
            assertThat(stream.nextOffset()).isEqualTo(5);
            assertThat(stream.durableEndOffset()).isEqualTo(3);
            store.releaseCommits();
        }
    }

    @Test
    void aCrashLosesWhatWasNotDurableAndNothingElse() throws Exception {
        var store = new InMemoryStreamStore();
        Stream stream = open(store);
        stream.append(bytes(1), 3, 10).await();
        store.holdCommits();
        stream.append(bytes(2), 2, 20);
        stream.append(bytes(3), 1, 30);

        try (var next = store.crash(1)) {
            Stream reopened = open(next);
            assertThat(reopened.nextOffset()).isEqualTo(5);
            assertThat(reopened.epoch()).isGreaterThan(stream.epoch());
            assertThat(next.nodeEpoch()).isGreaterThan(store.nodeEpoch());
            assertThatThrownBy(() -> stream.append(bytes(4), 1, 40))
                    .isInstanceOf(FencedException.class);
        }
    }

    @Test
    void aFailedWalFailsWhatIsUnderWayAndTellsSo() {
        var store = new InMemoryStreamStore();
        Stream stream = open(store);
        var told = new java.util.ArrayList<S3StreamException>();
        store.onFailure(told::add);
        store.holdCommits();
        var commit = stream.append(bytes(1), 1, 10);

        store.failWal();

        assertThat(told).hasSize(1);
        assertThatThrownBy(commit::await).isInstanceOf(S3StreamException.class);
        assertThatThrownBy(() -> stream.append(bytes(1), 1, 10))
                .isInstanceOf(S3StreamException.class);
    }

    @Test
    void bytesOfAClosedReadAreGarbage() throws Exception {
        try (var store = new InMemoryStreamStore()) {
            Stream stream = open(store);
            stream.append(bytes(1), 1, 10).await();
            ReadResult fetched = stream.read(0, 100);
            ByteBuffer records = fetched.appends().getFirst().records();
            assertThat(store.unclosedReads()).isOne();
            fetched.close();
            assertThat(records.get(0)).isNotEqualTo((byte) 1);
            assertThat(store.unclosedReads()).isZero();
        }
    }

    private static Stream open(InMemoryStreamStore store) {
        return Objects.requireNonNull(store.open(List.of(NAME)).get(NAME));
    }

    private static ByteBuffer bytes(int value) {
        return ByteBuffer.wrap(new byte[] {(byte) value});
    }
}
