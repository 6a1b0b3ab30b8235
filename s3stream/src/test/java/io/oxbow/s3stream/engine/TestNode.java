package io.oxbow.s3stream.engine;

import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.compact.CompactionConfig;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.testkit.FaultyStore;
import io.oxbow.s3stream.testkit.InMemoryObjectStore;
import io.oxbow.s3stream.testkit.MemoryLog;
import io.oxbow.s3stream.wal.file.FileWalVolume;
import io.oxbow.s3stream.wal.file.WalConfig;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** Node on a bucket, a metadata log and a disk in memory, which can crash and restart. */
final class TestNode implements AutoCloseable {

    static {
        // Faults are ordered by the hundred here, and each is logged.
        for (String part : List.of("wal", "engine", "upload", "recovery", "maintenance", "tail")) {
            System.setProperty("org.slf4j.simpleLogger.log.io.oxbow.s3stream." + part, "off");
        }
    }

    static final StreamName NAME = name(1);
    private static final AtomicLong ENVIRONMENTS = new AtomicLong();
    private static final Duration NEVER = Duration.ofDays(1);

    /** State that a node shares with other nodes and with its next life. */
    static final class World {
        final InMemoryObjectStore bucket = new InMemoryObjectStore();
        final MemoryLog.Cluster cluster = new MemoryLog.Cluster();
        WalConfig wal = TestNode.wal();
        Clock clock = Environment.system().clock();

        /** Wrapper of the bucket as the node sees it. */
        UnaryOperator<ObjectStore> way = UnaryOperator.identity();

        private int incarnations;

        private UUID nextIncarnation() {
            return new UUID(7, ++incarnations);
        }
    }

    final World world;
    final FaultyStore store;
    final MemoryLog log;
    final TestDisk disk;
    final Environment environment;
    final NodeStreams streams;
    private final StreamStoreConfig config;

    private TestNode(World world, TestDisk disk, StreamStoreConfig config) {
        this.world = world;
        this.config = config;
        this.disk = disk;
        this.store = new FaultyStore(world.way.apply(world.bucket));
        this.log = new MemoryLog(world.cluster);
        this.environment = environment(world.clock);
        this.streams = open(config.with(identity(config, world.nextIncarnation())));
    }

    private NodeStreams open(StreamStoreConfig withIncarnation) {
        FileWalVolume volume = FileWalVolume.open(world.wal, disk, environment);
        try {
            return NodeStreams.open(withIncarnation, environment, store, log, volume);
        } catch (RuntimeException e) {
            volume.close();
            throw e;
        }
    }

    static TestNode start() {
        return start(new World(), new TestDisk(), config());
    }

    static TestNode start(StreamStoreConfig config) {
        return start(new World(), new TestDisk(), config);
    }

    static TestNode start(World world, TestDisk disk, StreamStoreConfig config) {
        return new TestNode(world, disk, config);
    }

    /** Ends this process without closing anything and starts the next on the same disk. */
    TestNode crashAndRestart() {
        return start(world, crash(), config);
    }

    /** Ends this process without closing anything; returns its disk. */
    TestDisk crash() {
        TestDisk left = disk.cut();
        store.unavailable(true);
        log.leaderless(true);
        streams.close();
        return left;
    }

    /** Closes this process and starts the next on the same disk. */
    TestNode restart() {
        streams.flush();
        streams.close();
        return start(world, disk.cut(), config);
    }

    Stream stream() {
        return stream(NAME);
    }

    Stream stream(StreamName name) {
        return Objects.requireNonNull(streams.open(List.of(name)).get(name));
    }

    @Override
    public void close() {
        streams.close();
    }

    /**
     * Returns a configuration with uploads only on demand, no compaction, a small log, and no
     * patience at the end.
     */
    static StreamStoreConfig config() {
        return StreamStoreConfig.of(
                        new StreamStoreConfig.Identity(1, new UUID(0, 0), "localhost:1", Set.of()))
                .with(new StreamStoreConfig.Upload(1 << 20, NEVER, 8 << 20))
                .with(new StreamStoreConfig.Memory(2 << 20, 512 << 10, 8 << 20, 256 << 10))
                .with(new StreamStoreConfig.Maintenance(NEVER, NEVER, Duration.ZERO))
                .with(CompactionConfig.off());
    }

    private static StreamStoreConfig.Identity identity(StreamStoreConfig config, UUID incarnation) {
        var identity = config.identity();
        return new StreamStoreConfig.Identity(
                identity.nodeId(), incarnation, identity.endpoint(), identity.abandonWal());
    }

    static WalConfig wal() {
        return WalConfig.at(Path.of("unused"))
                .withMaxRecordBytes(64 << 10)
                .withCapacityBytes(1 << 20)
                .withMemory(4 << 20, 256 << 10)
                .withWrites(2, 32 << 10, Duration.ofSeconds(30));
    }

    static Environment environment() {
        return environment(Environment.system().clock());
    }

    private static Environment environment(Clock clock) {
        return new Environment(
                clock,
                Thread.ofVirtual().factory(),
                Thread.ofVirtual().factory(),
                new Random(ENVIRONMENTS.incrementAndGet()));
    }

    static StreamName name(int partition) {
        return new StreamName(new UUID(5, 5), partition, StreamName.Kind.DATA);
    }

    static ByteBuffer bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    /** Waits, for a limited time, for an event on another thread. */
    static void await(String what, BooleanSupplier happened) {
        long start = System.nanoTime();
        while (!happened.getAsBoolean()) {
            if (System.nanoTime() - start > Duration.ofMinutes(1).toNanos()) {
                throw new AssertionError(what + " did not come within a minute");
            }
            Thread.yield();
        }
    }

    /** Appends a record and waits until it is durable. */
    static void put(Stream stream, int count, String text) {
        try {
            stream.append(ByteBuffer.wrap(text.getBytes()), count, stream.nextOffset()).await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns {@code offset:text} of each append from {@code offset} to the durable end. */
    static List<String> texts(Stream stream, long offset) {
        List<String> texts = new ArrayList<>();
        long next = offset;
        while (true) {
            try (ReadResult fetched = stream.read(next, 50)) {
                if (fetched.appends().isEmpty()) {
                    return texts;
                }
                for (ReadResult.Append append : fetched.appends()) {
                    byte[] text = new byte[append.records().remaining()];
                    append.records().get(text);
                    texts.add(append.baseOffset() + ":" + new String(text));
                }
                next = fetched.nextOffset();
            }
        }
    }
}
