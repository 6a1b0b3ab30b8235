package io.oxbow.s3stream.engine;

import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.cache.CompositeCache;
import io.oxbow.s3stream.cache.ExtentWalk;
import io.oxbow.s3stream.commit.Bucket;
import io.oxbow.s3stream.composite.CompositeReader;
import io.oxbow.s3stream.config.ArchiveConfig;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.CoreRecordCodec;
import io.oxbow.s3stream.image.ImageSections;
import io.oxbow.s3stream.image.MetadataImage;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.object.ObjectNumbers;
import io.oxbow.s3stream.testkit.ForwardingLog;
import io.oxbow.s3stream.testkit.ForwardingStore;
import io.oxbow.s3stream.testkit.InMemoryObjectStore;
import io.oxbow.s3stream.testkit.MemoryLog;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Streams that grow for a long time: real records, the real image, and the real archiver over a
 * bucket in memory. Data objects are committed without being written, for nobody reads them. {@code
 * bin/test --all -pl s3stream -Dtest=HistoryTest} prints what comes of it.
 */
final class History {

    private static final int OFFSETS_PER_EXTENT = 10;
    private static final int STREAMS_PER_OPENING = 10_000;

    /** Greatest number of extents between two rounds of the leader. */
    private static final int MOST_PER_ROUND = 50_000;

    private final int streams;
    private final int streamsPerObject;
    private final Bucket bucket = new Bucket();
    private final MemoryLog.Cluster cluster = new MemoryLog.Cluster();
    private final CountingLog log = new CountingLog(new MemoryLog(cluster));
    private final ObjectNumbers numbers;
    private final TestLeader leader;
    private final ArchiveConfig config;
    private final long extentsPerRound;
    private long commits;
    private long extents;
    private int nextStream;
    private long sinceRound;
    private Duration longestRound = Duration.ZERO;

    /** Counts requests and bytes. */
    static final class Bucket extends ForwardingStore {
        long puts;
        long putBytes;
        long gets;

        Bucket() {
            super(new InMemoryObjectStore());
        }

        @Override
        public PutResult put(String key, List<ByteBuffer> body) {
            puts++;
            body.forEach(piece -> putBytes += piece.remaining());
            return super.put(key, body);
        }

        @Override
        public GetResult get(String key, long position, int size) {
            gets++;
            return super.get(key, position, size);
        }
    }

    /**
     * @param streamsPerObject how many streams share an object
     */
    History(int streams, int streamsPerObject, ArchiveConfig config) {
        this.streams = streams;
        this.streamsPerObject = streamsPerObject;
        this.config = config;
        this.extentsPerRound =
                Math.min(
                        MOST_PER_ROUND,
                        Math.min(
                                config.bound(streams) / 8,
                                (long) streams * config.longestStream() / 8));
        var register =
                new CoreRecord.RegisterNode(1, new UUID(1, 1), WalKind.OBJECT, List.of(), "h:1");
        var registered = (ApplyResult.Registered) cluster.apply(List.of(register)).getFirst();
        this.numbers = new ObjectNumbers(1, registered.nodeEpoch());
        this.leader =
                TestLeader.of(
                        new TestLeader.World(cluster, bucket, log), TestLeader.NODE, 1, config);
        for (int first = 0; first < streams; first += STREAMS_PER_OPENING) {
            var names = new ArrayList<StreamName>();
            for (int i = first; i < Math.min(streams, first + STREAMS_PER_OPENING); i++) {
                names.add(new StreamName(new UUID(5, i / 100), i % 100, StreamName.Kind.DATA));
            }
            cluster.apply(List.of(new CoreRecord.OpenStreams(1, registered.nodeEpoch(), names)));
        }
    }

    /** Uploads and archives until there have been {@code total} extents. */
    void growTo(long total) {
        while (extents < total) {
            upload();
            if (sinceRound >= extentsPerRound) {
                long start = cpuNanos();
                leader.archiver.round();
                var took = Duration.ofNanos(cpuNanos() - start);
                longestRound = took.compareTo(longestRound) > 0 ? took : longestRound;
                sinceRound = 0;
            }
        }
    }

    private void upload() {
        var ranges = new ArrayList<CoreRecord.Range>(streamsPerObject);
        for (int i = 0; i < streamsPerObject; i++) {
            long round = (extents + i) / streams;
            ranges.add(
                    new CoreRecord.Range(
                            nextStream + 1,
                            1,
                            round * OFFSETS_PER_EXTENT,
                            OFFSETS_PER_EXTENT,
                            1000 + nextStream % 7,
                            1_700_000_000_000L + round * 30_000));
            nextStream = (nextStream + 1) % streams;
        }
        ranges.sort(java.util.Comparator.comparingLong(CoreRecord.Range::streamId));
        var key = numbers.take();
        var object = new CoreRecord.NewObject(key.path(), 5_000_000, ranges);
        var commit =
                new CoreRecord.CommitObjects(
                        1,
                        numbers.nodeEpoch(),
                        0,
                        ++commits,
                        numbers.settledBelow(),
                        List.of(0L),
                        List.of(object));
        var result = (ApplyResult.Committed) cluster.apply(List.of(commit)).getFirst();
        if (result.ranges().contains(false)) {
            throw new AssertionError("a range of " + key + " was refused");
        }
        numbers.settle(key);
        extents += streamsPerObject;
        sinceRound += streamsPerObject;
    }

    /**
     * Measurements at one point of the history.
     *
     * @param heapBytes of an image, by the difference that loading one makes
     * @param loadMillis of processor time, as are the others
     * @param level of the highest composite
     * @param recordBytes of all ArchiveExtents records
     */
    record Sample(
            long extents,
            long entries,
            int longestStream,
            int objects,
            int level,
            long snapshotBytes,
            long heapBytes,
            long loadMillis,
            long snapshotMillis,
            long puts,
            long putBytes,
            long recordBytes,
            Duration longestRound,
            Duration longestApply) {

        static String header() {
            return "   extents   entries per-stream longest objects level snapshot-B    heap-B load-ms"
                    + " write-ms   puts B/extent record-B/extent longest-round-ms longest-apply-ms";
        }

        String line(int streams) {
            return "%10d %9d %10.2f %7d %7d %5d %10d %9d %7d %8d %6d %8.2f %15.2f %16d %16d"
                    .formatted(
                            extents,
                            entries,
                            (double) entries / streams,
                            longestStream,
                            objects,
                            level,
                            snapshotBytes,
                            heapBytes,
                            loadMillis,
                            snapshotMillis,
                            puts,
                            (double) putBytes / extents,
                            (double) recordBytes / extents,
                            longestRound.toMillis(),
                            longestApply.toMillis());
        }
    }

    Sample sample() {
        long start = cpuNanos();
        ImageSections sections = cluster.image.sections();
        long written = cpuNanos();
        MetadataImage.of(sections); // once to warm up
        long before = usedBytes();
        long loading = cpuNanos();
        MetadataImage copy = MetadataImage.of(sections);
        long loaded = cpuNanos();
        long heapBytes = usedBytes() - before;
        CoreImage.Counts counts = copy.counts();
        int level = 0;
        for (CoreImage.ObjectState object : copy.objectsAfter(0, Integer.MAX_VALUE)) {
            level = Math.max(level, object.level());
        }
        return new Sample(
                extents,
                counts.entries(),
                counts.longestStream(),
                counts.objects(),
                level,
                (long) sections.core().length + sections.extents().length,
                heapBytes,
                Duration.ofNanos(loaded - loading).toMillis(),
                Duration.ofNanos(written - start).toMillis(),
                bucket.puts,
                bucket.putBytes,
                log.archiveBytes,
                longestRound,
                Duration.ofNanos(log.longestApplyNanos));
    }

    /**
     * Returns the processor time of this thread, so that the machine's other work does not count.
     */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static long usedBytes() {
        var runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /**
     * Returns the number of extents that a walk over a stream finds, and checks that they follow
     * one another.
     */
    long walk(long streamId) {
        var source = new CompositeReader(reading());
        var walk =
                new ExtentWalk(
                        () -> cluster.image,
                        new CompositeCache(source, 4 << 20),
                        streamId,
                        0,
                        entry -> true);
        long next = 0;
        long found = 0;
        for (var extent = walk.next(); extent != null; extent = walk.next()) {
            if (extent.startOffset() != next) {
                throw new AssertionError(extent + " after offset " + next);
            }
            next = extent.endOffset();
            found++;
        }
        return found;
    }

    /**
     * Returns the number of requests that finding one extent anywhere in a stream takes, with
     * nothing in memory.
     */
    long coldRequests(Random random) {
        long streamId = 1 + random.nextInt(streams);
        long end = cluster.image.stream(streamId).orElseThrow().endOffset();
        long before = bucket.gets;
        var walk =
                new ExtentWalk(
                        () -> cluster.image,
                        new CompositeReader(reading()),
                        streamId,
                        random.nextLong(end),
                        entry -> true);
        if (walk.next() == null) {
            throw new AssertionError("nothing found in stream " + streamId);
        }
        return bucket.gets - before;
    }

    private io.oxbow.s3stream.commit.Bucket reading() {
        return new io.oxbow.s3stream.commit.Bucket(
                bucket, new Patience(TestNode.environment(), () -> false));
    }

    long extents() {
        return extents;
    }

    int streams() {
        return streams;
    }

    /** Returns the number of entries that the image may have between two rounds. */
    long bound() {
        return config.bound(streams) + extentsPerRound + streamsPerObject;
    }

    /** Measures the records that archiving appends to the metadata log. */
    private static final class CountingLog extends ForwardingLog {
        long archiveBytes;
        long longestApplyNanos;

        CountingLog(MemoryLog log) {
            super(log);
        }

        @Override
        public List<ApplyResult> append(List<CoreRecord> records) {
            records.forEach(record -> archiveBytes += CoreRecordCodec.encode(record).length);
            long start = cpuNanos();
            List<ApplyResult> results = super.append(records);
            longestApplyNanos = Math.max(longestApplyNanos, cpuNanos() - start);
            return results;
        }
    }

    /** Runs a history; the arguments are numbers of streams and extents. */
    public static void main(String[] arguments) {
        int streams = Integer.parseInt(arguments[0]);
        long extents = Long.parseLong(arguments[1]);
        new History(streams, Math.min(5000, streams), ArchiveConfig.defaults())
                .samples(extents, System.out::println);
    }

    /** Returns measurements at a tenth, a fifth, half and all of {@code total} extents. */
    List<Sample> samples(long total, Consumer<String> out) {
        var samples = new ArrayList<Sample>();
        out.accept(Sample.header());
        for (long share : new long[] {10, 5, 2, 1}) {
            growTo(total / share);
            Sample sample = sample();
            samples.add(sample);
            out.accept(sample.line(streams));
        }
        var random = new Random(1);
        long most = 0;
        for (int i = 0; i < 1000; i++) {
            most = Math.max(most, coldRequests(random));
        }
        out.accept("requests to find an extent with nothing in memory: at most " + most);
        return samples;
    }
}
