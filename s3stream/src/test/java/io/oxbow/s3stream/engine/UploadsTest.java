package io.oxbow.s3stream.engine;

import static io.oxbow.s3stream.engine.TestNode.put;
import static io.oxbow.s3stream.engine.TestNode.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.testkit.FastClock;
import io.oxbow.s3stream.testkit.ForwardingStore;
import io.oxbow.s3stream.testkit.SlowStore;
import io.oxbow.s3stream.upload.UploadPace;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadsTest {

    private final TestNode.World world = new TestNode.World();

    private TestNode start(long objectBytes, long soloBytes) {
        var upload =
                new StreamStoreConfig.Upload(
                        objectBytes, soloBytes, Duration.ofDays(1), 1 << 20, 8 << 20);
        return TestNode.start(world, new TestDisk(), TestNode.config().with(upload));
    }

    /** Starts a node that commits puts when they have so many bytes together. */
    private TestNode startGathering(long commitBytes, long copyBytes, Duration interval) {
        var upload =
                new StreamStoreConfig.Upload(
                        10_000, 1 << 20, commitBytes, interval, 1 << 20, copyBytes, 8 << 20);
        return TestNode.start(world, new TestDisk(), TestNode.config().with(upload));
    }

    private static long uploads(TestNode node) {
        return node.log.commits().stream().filter(c -> !c.objects().isEmpty()).count();
    }

    /** Neither is a condition of the store: both are counted, and the node ends. */
    @ParameterizedTest
    @ValueSource(classes = {InternalError.class, IllegalStateException.class})
    void errorInAPutIsAnUnexpectedFailureOfTheStreams(Class<? extends Throwable> kind) {
        world.way = bucket -> new BrokenStore(bucket, kind);
        try (TestNode node = startGathering(1, 1 << 20, Duration.ofDays(1))) {
            put(node.stream(), 1, "x");
            node.streams.uploadSoon();
            TestNode.await(
                    "a counted failure", () -> node.environment.health().failures("streams") == 1);
            assertThat(node.log.commits()).allMatch(commit -> commit.objects().isEmpty());
        }
    }

    /** Bucket whose puts end by a bug. */
    private static final class BrokenStore extends ForwardingStore {
        private final Class<? extends Throwable> kind;

        BrokenStore(ObjectStore target, Class<? extends Throwable> kind) {
            super(target);
            this.kind = kind;
        }

        @Override
        public PutResult put(String key, List<ByteBuffer> body) {
            if (kind == InternalError.class) {
                throw new InternalError("injected");
            }
            throw new IllegalStateException("injected");
        }
    }

    @Test
    void uploadsThatWerePutAreCommittedTogether() {
        var slots = new ArrayList<Integer>();
        try (TestNode node = startGathering(25_000, 1 << 20, Duration.ofDays(1))) {
            node.log.onAppend(records -> {
                if (records.getFirst() instanceof CoreRecord.CommitObjects) {
                    slots.add(records.size());
                }
            });
            Stream stream = node.stream();
            put(stream, 1, "x".repeat(11_000));
            put(stream, 1, "y".repeat(11_000));
            TestNode.await("two puts", () -> node.store.puts().size() == 2);
            assertThat(uploads(node)).isZero();

            put(stream, 1, "z".repeat(11_000));

            TestNode.await("their commit", () -> uploads(node) == 3);
            assertThat(slots).containsExactly(3);
            assertThat(stream.committedEndOffset()).isEqualTo(3);
            assertThat(texts(stream, 0)).hasSize(3);
        }
    }

    @Test
    void uploadThatIsAskedForAlsoCommitsWhatWasPut() {
        try (TestNode node = startGathering(1 << 20, 1 << 20, Duration.ofDays(1))) {
            Stream stream = node.stream();
            put(stream, 1, "x".repeat(11_000));
            TestNode.await("a put", () -> node.store.puts().size() == 1);
            assertThat(stream.committedEndOffset()).isZero();

            node.streams.uploadSoon();

            TestNode.await("the commit", () -> stream.committedEndOffset() == 1);
        }
    }

    @Test
    void whatWasPutIsCommittedAtItsAge() {
        try (TestNode node = startGathering(1 << 20, 1 << 20, Duration.ofMillis(300))) {
            Stream stream = node.stream();
            put(stream, 1, "x".repeat(11_000));
            TestNode.await("the commit", () -> stream.committedEndOffset() == 1);
        }
    }

    @Test
    void whatWasPutIsCommittedWhenTheLogIsHalfFull() {
        try (TestNode node = startGathering(1 << 30, 1 << 20, Duration.ofDays(1))) {
            Stream stream = node.stream();
            // More than the log holds: its room comes from commits alone.
            for (int i = 0; i < 1500; i++) {
                put(stream, 1, "x".repeat(1000));
            }
            assertThat(stream.committedEndOffset()).isPositive();
        }
    }

    @Test
    void anUploadCopiesNoMoreThanItsMemoryAllows() {
        try (TestNode node = startGathering(1, 3_000, Duration.ofDays(1))) {
            Stream stream = node.stream();
            for (int i = 0; i < 60; i++) {
                put(stream, 1, "x".repeat(500));
            }
            node.streams.flush();
            assertThat(stream.committedEndOffset()).isEqualTo(60);
            assertThat(node.log.commits())
                    .flatExtracting(CoreRecord.CommitObjects::objects)
                    .extracting(CoreRecord.NewObject::size)
                    .allMatch(size -> size < 4_500);
            assertThat(texts(stream, 0)).hasSize(60);
        }
    }

    @Test
    void aLongRunIsCommittedAsRangesThatCanBeRewritten() {
        try (TestNode node = startGathering(1, 4_000, Duration.ofDays(1))) {
            Stream stream = node.stream();
            for (int i = 0; i < 5; i++) {
                put(stream, 1, "x".repeat(2_500));
            }
            node.streams.flush();
            List<CoreRecord.NewObject> objects =
                    node.log.commits().stream().flatMap(c -> c.objects().stream()).toList();
            assertThat(objects.getFirst().ranges())
                    .hasSizeGreaterThan(1)
                    .allMatch(range -> range.bytes() <= 4_000);
            assertThat(texts(stream, 0)).hasSize(5);
        }
    }

    @Test
    void aLittleBesideOneLongRunGoesIntoTheSameObject() {
        try (TestNode node = start(1 << 20, 20_000)) {
            Stream large = node.stream(TestNode.name(0));
            Stream small = node.stream(TestNode.name(1));
            put(large, 1, "x".repeat(30_000));
            put(small, 1, "y".repeat(100));
            node.streams.flush();
            assertThat(node.store.puts()).hasSize(1);

            put(large, 1, "x".repeat(30_000));
            put(small, 1, "y".repeat(10_000));
            node.streams.flush();
            assertThat(node.store.puts()).as("much beside it has its own").hasSize(3);
        }
    }

    @Test
    void lessGathersWhereMuchIsAppendedWhileAnObjectIsPut() {
        long second = 1_000_000_000L;
        var pace = new UploadPace(0);
        assertThat(pace.gatherable(200)).as("before anything is known").isEqualTo(200);
        for (int i = 1; i <= 60; i++) {
            pace.ingested(100);
            pace.delayNanos(i * second);
        }
        pace.put(400, second);
        assertThat(pace.gatherable(200)).isBetween(160L, 161L);
        for (int i = 0; i < 60; i++) {
            pace.put(100, second);
        }
        assertThat(pace.gatherable(200)).isBetween(100L, 101L);
    }

    /** Store whose first put waits. */
    private static final class HeldStore extends ForwardingStore {
        private final CountDownLatch go;
        private final AtomicInteger begun = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();

        HeldStore(ObjectStore target, CountDownLatch go) {
            super(target);
            this.go = go;
        }

        @Override
        public PutResult put(String key, List<ByteBuffer> body) {
            try {
                if (begun.getAndIncrement() == 0) {
                    go.await();
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            PutResult result = super.put(key, body);
            done.incrementAndGet();
            return result;
        }
    }

    @Test
    void aLongRunGetsAnObjectOfItsOwnAndTheOthersShareOne() {
        try (TestNode node = start(1 << 20, 20_000)) {
            List<Stream> streams = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                streams.add(node.stream(TestNode.name(i)));
                put(streams.get(i), 1, "x".repeat(100));
            }
            put(streams.get(1), 1, "y".repeat(30_000));
            put(streams.get(3), 1, "z".repeat(30_000));
            node.streams.flush();

            assertThat(node.store.puts()).hasSize(3);
            List<CoreRecord.CommitObjects> commits =
                    node.log.commits().stream().filter(c -> !c.objects().isEmpty()).toList();
            assertThat(commits).hasSize(1);
            assertThat(commits.getFirst().objects())
                    .extracting(object -> object.ranges().size())
                    .containsExactly(1, 1, 2);
            for (int i = 0; i < 4; i++) {
                assertThat(texts(streams.get(i), 0)).first().isEqualTo("0:" + "x".repeat(100));
            }
        }
    }

    @Test
    void putsOvertakeEachOtherAndCommitsDoNot() {
        var go = new CountDownLatch(1);
        var held = new ArrayList<HeldStore>();
        world.way =
                bucket -> {
                    held.add(new HeldStore(bucket, go));
                    return held.getLast();
                };
        try (TestNode node = start(10_000, 1 << 20)) {
            Stream stream = node.stream();
            for (int i = 0; i < 60; i++) {
                put(stream, 1, "x".repeat(1000));
            }
            node.streams.uploadSoon();
            TestNode.await("later puts", () -> held.getFirst().done.get() >= 3);
            assertThat(stream.committedEndOffset()).isZero();
            long covered = node.log.commits().getLast().walLsns().getFirst();

            go.countDown();
            node.streams.flush();

            assertThat(stream.committedEndOffset()).isEqualTo(60);
            List<Long> positions =
                    node.log.commits().stream().map(c -> c.walLsns().getFirst()).toList();
            assertThat(positions).isSorted().last().isNotEqualTo(covered);
            assertThat(node.log.commits())
                    .extracting(CoreRecord.CommitObjects::commitSeq)
                    .doesNotHaveDuplicates()
                    .isSorted();
            assertThat(texts(stream, 0)).hasSize(60);
        }
    }

    @Test
    void anUploadThatIsAskedForStartsBeforeSizeAndAge() {
        try (TestNode node = start(1 << 20, 1 << 20)) {
            List<StreamName> names = List.of(TestNode.name(0), TestNode.name(1));
            Stream stream = node.stream(TestNode.name(0));
            assertThat(node.streams.hasUnuploaded(names)).isFalse();
            put(stream, 1, "x");
            assertThat(node.streams.hasUnuploaded(names)).isTrue();
            assertThat(node.streams.hasUnuploaded(names.subList(1, 2))).isFalse();

            node.streams.uploadSoon();

            TestNode.await("the upload", () -> stream.committedEndOffset() == 1);
            assertThat(node.streams.hasUnuploaded(names)).isFalse();
            put(stream, 1, "y");
            assertThat(node.streams.hasUnuploaded(names)).isTrue();
            assertThat(node.store.puts()).hasSize(1);
        }
    }

    @Test
    void anUploadThatIsAskedForAtTheNewsOfAnAppendContainsTheAppend() {
        try (TestNode node = start(1 << 20, 1 << 20)) {
            Stream stream = node.stream(TestNode.name(0));
            stream.onDurable(end -> node.streams.uploadSoon());

            put(stream, 1, "x");

            TestNode.await("the upload", () -> stream.committedEndOffset() == 1);
        }
    }

    @Test
    void whatWasPutAndNotCommittedIsRecoveredFromTheLog() {
        var go = new CountDownLatch(1);
        world.way = bucket -> new HeldStore(bucket, go);
        TestNode node = start(10_000, 1 << 20);
        Stream stream = node.stream();
        for (int i = 0; i < 60; i++) {
            put(stream, 1, "x" + i + "x".repeat(1000));
        }
        node.streams.uploadSoon();
        TestNode.await(
                "later puts",
                () ->
                        world.bucket.list("objects/", "", 100)
                                        instanceof ObjectStore.ListResult.Listed(var there)
                                && there.size() >= 3);
        TestDisk left = node.disk.cut();
        node.log.leaderless(true);
        go.countDown();
        node.streams.close();
        world.way = bucket -> bucket;

        try (TestNode again = TestNode.start(world, left, TestNode.config())) {
            List<String> found = texts(again.stream(), 0);
            assertThat(found).hasSize(60);
            for (int i = 0; i < 60; i++) {
                assertThat(found.get(i)).startsWith(i + ":x" + i + "x");
            }
        }
    }

    @Test
    void uploadsInFlightAreBounded() {
        var slow = new ArrayList<SlowStore>();
        world.clock = new FastClock();
        world.way =
                bucket -> {
                    slow.add(
                            new SlowStore(
                                    bucket, world.clock, Duration.ofSeconds(3), Duration.ZERO));
                    return slow.getLast();
                };
        var upload =
                new StreamStoreConfig.Upload(20_000, 1 << 20, Duration.ofDays(1), 45_000, 8 << 20);
        try (TestNode node =
                TestNode.start(world, new TestDisk(), TestNode.config().with(upload))) {
            Stream stream = node.stream();
            for (int i = 0; i < 200; i++) {
                stream.append(TestNode.bytes(i, 1000), 1, i);
            }
            // A flush seals early what is durable by then; so all is, and one round may be small.
            put(stream, 1, "the last");
            node.streams.flush();
            assertThat(slow.getFirst().mostAtOnce()).isBetween(1, 3);
            assertThat(stream.committedEndOffset()).isEqualTo(201);
        }
    }

    @Test
    void uploadsAreSpreadOverTimeAndKeepUp() {
        long second = 1_000_000_000L;
        var pace = new UploadPace(0);
        long mib = 1 << 20;
        for (int i = 1; i <= 60; i++) {
            pace.ingested(10 * mib);
            pace.delayNanos(i * second);
        }
        assertThat(pace.bytesPerSecond()).isBetween(19.0 * mib, 20.0 * mib);
        assertThat(pace.delayNanos(60 * second)).isZero();
        pace.begin(64 * mib, 60 * second);
        int waited = 0;
        for (long now = 60; pace.delayNanos(now * second) > 0; now++) {
            pace.ingested(10 * mib);
            waited++;
        }
        assertThat(waited).as("about half the time that an object takes to gather").isBetween(3, 4);
        for (int i = 65; i <= 120; i++) {
            pace.delayNanos(i * second);
        }
        assertThat(pace.bytesPerSecond()).isEqualTo(UploadPace.BYTES_PER_SECOND_MIN);
    }

    @Test
    void whatAPutThatBrokeDidNotStoreIsNotCommitted() {
        world.way =
                bucket ->
                        new ForwardingStore(bucket) {
                            @Override
                            public PutResult put(String key, List<ByteBuffer> body) {
                                throw new OutOfMemoryError("ordered by the test");
                            }
                        };
        try (TestNode node = start(1 << 20, 1 << 20)) {
            put(node.stream(), 1, "kept in the log");

            assertThatThrownBy(node.streams::flush).isInstanceOf(S3StreamException.class);

            assertThat(node.log.commits())
                    .flatExtracting(CoreRecord.CommitObjects::objects)
                    .isEmpty();
        }
    }
}
