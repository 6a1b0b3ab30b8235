package io.oxbow.benchmarks.parts;

import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.StreamStore;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.engine.NodeStreams;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.log.BucketMetadataLog;
import io.oxbow.s3stream.log.LogConfig;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.ObjectStores;
import io.oxbow.s3stream.wal.file.FileWalVolume;
import io.oxbow.s3stream.wal.file.WalConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/**
 * Measures the engine without the Kafka protocol: durable appends of four threads, and reads of a
 * tail.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class StreamBenchmark {

    private static final int APPENDERS = 4;
    private static final int READ_BYTES = 1 << 20;
    private static final int TAIL_APPENDS = 256;

    private final ByteBuffer batch = Batches.of16Kib().buffer();
    private final ArrayDeque<AutoCloseable> opened = new ArrayDeque<>();
    private final List<Stream> streams = new ArrayList<>();
    private final AtomicInteger nextAppender = new AtomicInteger();
    private Path directory = Path.of("");

    /** The state of one appender: a stream has one at a time. */
    @State(Scope.Thread)
    public static class Appender {
        private int number;

        @Setup(Level.Trial)
        public void setUp(StreamBenchmark engine) {
            number = engine.nextAppender.getAndIncrement() % APPENDERS;
        }
    }

    @Setup(Level.Trial)
    public void setUp() throws IOException, InterruptedException {
        directory = Files.createTempDirectory("stream-benchmark");
        var environment = Environment.system();
        var me = new StreamStoreConfig.Identity(0, UUID.randomUUID(), "localhost:1", Set.of());
        ObjectStore bucket =
                opened(
                        ObjectStores.open(
                                directory.resolve("bucket").toUri().toString(),
                                Map.of(),
                                environment));
        MetadataLog log =
                opened(
                        BucketMetadataLog.open(
                                bucket, LogConfig.of(0, me.incarnation()), environment));
        log.takeOver(leader -> MetadataLog.LeaderSign.ENDED);
        var wal = FileWalVolume.open(WalConfig.at(directory.resolve("wal")), environment);
        StreamStore store =
                opened(NodeStreams.open(StreamStoreConfig.of(me), environment, bucket, log, wal));
        List<StreamName> names = new ArrayList<>();
        for (int i = 0; i <= APPENDERS; i++) {
            names.add(new StreamName(new UUID(0, 1), i, StreamName.Kind.DATA));
        }
        Map<StreamName, Stream> open = store.open(names);
        names.forEach(name -> streams.add(Objects.requireNonNull(open.get(name))));
    }

    private <T extends AutoCloseable> T opened(T resource) {
        opened.push(resource);
        return resource;
    }

    @TearDown(Level.Trial)
    public void tearDown() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
        try (var found = Files.walk(directory)) {
            for (Path each : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /**
     * Appends 16 KiB and waits until they are durable, beside three other threads; they share
     * writes.
     */
    @Benchmark
    @Threads(APPENDERS)
    public void appendOf16KibUntilDurable(Appender appender) throws InterruptedException {
        streams.get(appender.number).append(batch.duplicate(), Batches.RECORDS, 0).await();
    }

    /** Reads 1 MiB from memory. */
    @Benchmark
    public long readOf1MibFromTail() throws InterruptedException {
        Stream stream = streams.get(APPENDERS);
        if (stream.nextOffset() == 0) {
            for (int i = 0; i < TAIL_APPENDS; i++) {
                stream.append(batch.duplicate(), Batches.RECORDS, 0).await();
            }
        }
        try (ReadResult fetched = stream.read(0, READ_BYTES)) {
            return fetched.sizeInBytes();
        }
    }
}
