package io.oxbow.s3stream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.read.ExtentReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Counts the requests and bytes that reads cost. */
class CachesTest {

    private static final int MIB = 1 << 20;
    private static final int APPENDS = 160;
    private static final int LENGTH = 60_000;

    private static TestNode start(long cacheBytes, long readaheadBytes) {
        var reads = new StreamStoreConfig.Reads(cacheBytes, MIB, readaheadBytes, 16);
        TestNode node = TestNode.start(TestNode.config().with(reads));
        Stream stream = node.stream();
        for (int i = 0; i < APPENDS; i++) {
            stream.append(TestNode.bytes(i, LENGTH), 1, i);
        }
        node.streams.flush();
        node.store.forgetReads();
        return node;
    }

    private static void readAll(Stream stream, long offset, long bytesMax) {
        long next = offset;
        while (next < APPENDS) {
            try (ReadResult fetched = stream.read(next, bytesMax)) {
                for (ReadResult.Append append : fetched.appends()) {
                    assertThat(append.records())
                            .isEqualTo(TestNode.bytes(append.baseOffset(), LENGTH));
                }
                next = fetched.nextOffset();
            }
        }
    }

    @Test
    void severalReadersOfOneRangeShareEachFetch() throws Exception {
        try (TestNode node = start(64L * MIB, 8L * MIB)) {
            Stream stream = node.stream();
            List<Thread> readers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                readers.add(Thread.startVirtualThread(() -> readAll(stream, 0, 200_000)));
            }
            for (Thread reader : readers) {
                reader.join();
            }
            assertThat(node.store.reads()).isNotEmpty().doesNotHaveDuplicates();
            MemoryStats.Caches caches = node.streams.memoryStats().caches();
            // Each index once, each block once.
            assertThat(caches.misses()).isEqualTo(node.store.reads().size() / 2);
            assertThat(caches.hits()).isGreaterThan(caches.misses());
        }
    }

    @Test
    void backgroundReadsLeaveTheCachesAlone() {
        try (TestNode node = start(64L * MIB, 8L * MIB)) {
            Stream stream = node.stream();
            var reader = new ExtentReader(node.store, node.log, TestNode.environment());
            int appends = 0;
            try (var cursor = reader.read(stream.streamId(), 0, APPENDS)) {
                for (var append = cursor.next(); append != null; append = cursor.next()) {
                    appends++;
                }
            }
            assertThat(appends).isEqualTo(APPENDS);
            assertThat(node.store.reads()).isNotEmpty();
            MemoryStats.Caches caches = node.streams.memoryStats().caches();
            assertThat(caches.blockBytes()).isZero();
            assertThat(caches.indexBytes()).isZero();
            assertThat(caches.misses()).isZero();
        }
    }

    @Test
    void theWindowGrowsWhileAReaderComesForWhatWasFetched() {
        try (TestNode node = start(64L * MIB, 8L * MIB)) {
            Stream stream = node.stream();
            long most = 0;
            for (long offset = 0; offset < APPENDS / 2; offset++) {
                stream.read(offset, 1).close();
                most = Math.max(most, node.streams.memoryStats().caches().aheadBytes());
            }
            assertThat(most).isBetween(2L * MIB, 9L * MIB);
            assertThat(node.store.reads()).doesNotHaveDuplicates();
        }
    }

    @Test
    void whatIsFetchedAheadOfAllReadersIsBoundedAndWhoStoppedLosesHis() {
        try (TestNode node = start(4L * MIB, 8L * MIB)) {
            Stream stream = node.stream();
            for (int reader = 0; reader < 40; reader++) {
                for (int read = 0; read < 3; read++) {
                    stream.read(reader * 3L + read, 1).close();
                }
                assertThat(node.streams.memoryStats().caches().aheadBytes())
                        .isLessThanOrEqualTo(2L * MIB);
            }
            assertThat(node.streams.memoryStats().caches().blockBytes())
                    .isLessThanOrEqualTo(4L * MIB);
        }
    }

    @Test
    void aWindowThatDoesNotFitTheCacheShrinks() {
        try (TestNode node = start(2L * MIB, 64L * MIB)) {
            readAll(node.stream(), 0, 1);
            // With a window that was never cut, nearly every block would be fetched twice.
            long twice = node.store.reads().size() - node.store.reads().stream().distinct().count();
            assertThat(twice).isLessThan(node.store.reads().size() / 4);
        }
    }

    @Test
    void blocksAreShownWhereTheyLieOffTheHeap() {
        try (TestNode node = start(64L * MIB, 8L * MIB)) {
            try (ReadResult fetched = node.stream().read(0, 4L * MIB)) {
                assertThat(fetched.sizeInBytes()).isGreaterThan(3L * MIB);
                assertThat(fetched.appends())
                        .allMatch(append -> append.records().isDirect())
                        .allMatch(append -> append.records().isReadOnly());
                assertThat(heldBytes(node)).isGreaterThanOrEqualTo(fetched.sizeInBytes());
            }
            assertThat(heldBytes(node)).isZero();
        }
    }

    private static long heldBytes(TestNode node) {
        return node.streams.memoryStats().caches().heldBlockBytes();
    }

    @Test
    void whoReadsAndDoesNotCloseGetsCopiesAndTheOthersGoOn() {
        try (TestNode node = start(4L * MIB, MIB)) {
            Stream stream = node.stream();
            List<ReadResult> open = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                for (long next = 0; next < APPENDS; next = open.getLast().nextOffset()) {
                    open.add(stream.read(next, MIB));
                    assertThat(heldBytes(node)).isLessThanOrEqualTo(2L * MIB);
                }
                readAll(stream, 0, 200_000);
            }
            long copied =
                    open.stream()
                            .flatMap(fetched -> fetched.appends().stream())
                            .filter(append -> !append.records().isDirect())
                            .count();
            assertThat(copied).isGreaterThan(2L * APPENDS);
            for (ReadResult fetched : open) {
                for (ReadResult.Append append : fetched.appends()) {
                    assertThat(append.records())
                            .isEqualTo(TestNode.bytes(append.baseOffset(), LENGTH));
                }
                fetched.close();
                fetched.close();
            }
            assertThat(heldBytes(node)).isZero();
            assertThat(stream.read(0, 1).appends().getFirst().records().isDirect()).isTrue();
        }
    }
}
