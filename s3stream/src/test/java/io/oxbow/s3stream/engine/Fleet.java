package io.oxbow.s3stream.engine;

import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.log.ApplicationLog;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.recovery.RecoveryResult;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.StoreException;
import io.oxbow.s3stream.testkit.ForwardingStore;
import io.oxbow.s3stream.testkit.InMemoryObjectStore;
import io.oxbow.s3stream.testkit.MemoryLog;
import io.oxbow.s3stream.wal.WalAccess;
import io.oxbow.s3stream.wal.WalVolume;
import io.oxbow.s3stream.wal.bucket.BucketWal;
import io.oxbow.s3stream.wal.bucket.BucketWalConfig;
import io.oxbow.s3stream.wal.file.FileWalVolume;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Several nodes in one process, on one bucket and one metadata log. */
final class Fleet {

    final InMemoryObjectStore bucket = new InMemoryObjectStore();
    final MemoryLog.Cluster cluster = new MemoryLog.Cluster();
    private final WalKind kind;
    private final Map<Integer, TestDisk> disks = new ConcurrentHashMap<>();
    private final AtomicInteger incarnations = new AtomicInteger();

    Fleet(WalKind kind) {
        this.kind = kind;
    }

    Member start(int nodeId) {
        return start(nodeId, Set.of());
    }

    Member start(int nodeId, Set<UUID> abandoned) {
        return new Member(nodeId, abandoned);
    }

    CoreImage image() {
        return cluster.image;
    }

    TestDisk disk(int nodeId) {
        return Objects.requireNonNull(disks.get(nodeId));
    }

    /** Removes a node's disk for good. */
    void loseDisk(int nodeId) {
        disks.remove(nodeId);
    }

    /** Fences the node's newest epoch in the metadata log. */
    ApplyResult.DeadEpoch fence(int nodeId) {
        long epoch = image().node(nodeId).orElseThrow().nodeEpoch();
        cluster.apply(List.of(new CoreRecord.FenceNode(nodeId, epoch)));
        return image().unrecovered().stream()
                .filter(dead -> dead.nodeEpoch() == epoch)
                .findFirst()
                .orElseThrow();
    }

    List<String> keys(String prefix) {
        var listed = (ObjectStore.ListResult.Listed) bucket.list(prefix, "", 10_000);
        return listed.objects().stream().map(ObjectStore.ObjectSummary::key).toList();
    }

    /** Access to the disks of all nodes, which any node has. */
    private final class Disks implements WalAccess {
        private final int reader;

        Disks(int reader) {
            this.reader = reader;
        }

        @Override
        public boolean has(ApplyResult.DeadEpoch dead, int volume) {
            return dead.nodeId() != reader && disks.containsKey(dead.nodeId());
        }

        @Override
        public Access open(ApplyResult.DeadEpoch dead, int volume, long recovererEpoch) {
            TestDisk disk = disks.get(dead.nodeId());
            if (disk == null || !has(dead, volume)) {
                return new Access.Missing("no such disk");
            }
            TestDisk taken = disk.cut();
            disks.put(dead.nodeId(), taken);
            return FileWalVolume.open(TestNode.wal(), taken, TestNode.environment())
                    .open(dead, volume, recovererEpoch);
        }
    }

    /** One process of the fleet. */
    final class Member implements AutoCloseable {

        final int nodeId;
        final NodeFaults faults = new NodeFaults();
        final NodeStreams streams;
        private volatile boolean throttled;
        private final AtomicInteger requests = new AtomicInteger();

        private Member(int nodeId, Set<UUID> abandoned) {
            this.nodeId = nodeId;
            Environment environment = TestNode.environment();
            var store = new FaultyBucket();
            WalVolume volume = volume(environment, store);
            var incarnation = new UUID(7, incarnations.incrementAndGet());
            var identity = new StreamStoreConfig.Identity(nodeId, incarnation, "n:1", abandoned);
            // Small recovery objects of those that recover, so that there are several.
            var upload =
                    nodeId == 1
                            ? TestNode.config().upload()
                            : new StreamStoreConfig.Upload(20_000, Duration.ofDays(1), 8L << 20);
            try {
                streams =
                        NodeStreams.open(
                                TestNode.config().with(identity).with(upload),
                                environment,
                                store,
                                new FaultyLog(),
                                new NodeWals(volume, List.of(new Disks(nodeId))));
            } catch (RuntimeException e) {
                volume.close();
                throw e;
            }
        }

        private WalVolume volume(Environment environment, ObjectStore store) {
            if (kind == WalKind.OBJECT) {
                var config =
                        BucketWalConfig.defaults()
                                .withBatches(Duration.ofMillis(1), 16 << 10)
                                .withLimits(1 << 20, 64 << 10)
                                .withMemory(4 << 20, 256 << 10);
                return new BucketWal(config, environment, store, nodeId);
            }
            TestDisk disk = disks.computeIfAbsent(nodeId, id -> new TestDisk()).cut();
            disks.put(nodeId, disk);
            return FileWalVolume.open(TestNode.wal(), disk, environment);
        }

        Stream stream(int partition) {
            StreamName name = TestNode.name(partition);
            return Objects.requireNonNull(streams.open(List.of(name)).get(name));
        }

        /** Returns {@code offset:text} of each append in the partition. */
        List<String> texts(int partition) {
            return TestNode.texts(stream(partition), 0);
        }

        RecoveryResult recover(ApplyResult.DeadEpoch dead) {
            return streams.recover(dead);
        }

        /** Ends the process without closing anything. */
        void crash() {
            faults.die();
            close();
        }

        @Override
        public void close() {
            try {
                streams.close();
            } catch (NodeFaults.Died already) {
                // as it was told to
            }
        }

        /** Throttles every other request to the bucket from now on. */
        void throttleEveryOther() {
            throttled = true;
        }

        private boolean isThrottled() {
            return throttled && requests.incrementAndGet() % 2 == 1;
        }

        private static StoreException slowDown() {
            return new StoreException("503 SlowDown", S3StreamException.Retry.RETRYABLE, null);
        }

        private final class FaultyBucket extends ForwardingStore {
            FaultyBucket() {
                super(bucket);
            }

            @Override
            public PutResult put(String key, List<ByteBuffer> body) {
                faults.step("put " + key);
                return isThrottled() ? new PutResult.Unknown(slowDown()) : super.put(key, body);
            }

            @Override
            public CreateResult putIfAbsent(String key, List<ByteBuffer> body) {
                faults.step("create " + key);
                return isThrottled()
                        ? new CreateResult.Unknown(slowDown())
                        : super.putIfAbsent(key, body);
            }

            @Override
            public GetResult get(String key, long position, int size) {
                faults.step("get " + key);
                return isThrottled()
                        ? new GetResult.Unavailable(slowDown())
                        : super.get(key, position, size);
            }

            @Override
            public ListResult list(String prefix, String startAfter, int limit) {
                if (!prefix.equals("wal/" + nodeId + "/")) { // once, beside all else
                    faults.step("list " + prefix);
                }
                return super.list(prefix, startAfter, limit);
            }

            @Override
            public DeleteResult delete(Collection<String> keys) {
                faults.step("delete " + keys);
                return super.delete(keys);
            }
        }

        private final class FaultyLog implements MetadataLog {

            private final MemoryLog log = new MemoryLog(cluster);

            /** Counts a step before the append, and one before its answer. */
            @Override
            public List<ApplyResult> append(List<CoreRecord> records) {
                String kinds =
                        records.stream()
                                .map(each -> each.getClass().getSimpleName())
                                .toList()
                                .toString();
                faults.step("append " + records);
                List<ApplyResult> results = log.append(records);
                faults.step("answer to " + kinds);
                return results;
            }

            @Override
            public UUID clusterId() {
                return log.clusterId();
            }

            @Override
            public CoreImage image() {
                return log.image();
            }

            @Override
            public ApplicationLog application() {
                return log.application();
            }

            @Override
            public Leadership leadership() {
                return log.leadership();
            }

            @Override
            public Leadership takeOver(LeaderCheck check) {
                return log.takeOver(check);
            }

            @Override
            public void snapshot() {}

            @Override
            public void close() {}
        }
    }

    /** Returns the content of a stream, once it can be opened. */
    static List<String> texts(Stream stream) {
        List<String> texts = new ArrayList<>();
        long next = stream.startOffset();
        while (next < stream.durableEndOffset()) {
            try (ReadResult fetched = stream.read(next, 1 << 20)) {
                for (ReadResult.Append append : fetched.appends()) {
                    byte[] text = new byte[append.records().remaining()];
                    append.records().duplicate().get(text);
                    texts.add(append.baseOffset() + ":" + new String(text));
                }
                next = fetched.nextOffset();
            }
        }
        return texts;
    }
}
