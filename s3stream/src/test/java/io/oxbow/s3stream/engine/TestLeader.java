package io.oxbow.s3stream.engine;

import io.oxbow.s3stream.commit.Bucket;
import io.oxbow.s3stream.commit.Registration;
import io.oxbow.s3stream.composite.CompositeReader;
import io.oxbow.s3stream.config.ArchiveConfig;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.maintenance.Archiver;
import io.oxbow.s3stream.maintenance.Deletion;
import io.oxbow.s3stream.object.ObjectNumbers;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.testkit.MemoryLog;
import java.util.List;
import java.util.UUID;

/**
 * Background work of the metadata leader on image and bucket, as a node of its own, step by step.
 */
final class TestLeader {

    static final int NODE = 9;

    /** Configuration that archives whenever there is something to gain, a few objects at a time. */
    static final ArchiveConfig EAGER = new ArchiveConfig(8, 2, 8, 6);

    final Archiver archiver;
    final Deletion deletion;

    private TestLeader(Archiver archiver, Deletion deletion) {
        this.archiver = archiver;
        this.deletion = deletion;
    }

    /** Image, bucket and log that the leader works on. */
    record World(MemoryLog.Cluster cluster, ObjectStore store, MetadataLog log) {}

    static TestLeader of(MemoryLog.Cluster cluster, ObjectStore store, MetadataLog log, long life) {
        return of(new World(cluster, store, log), NODE, life, EAGER);
    }

    /**
     * @param life another one is another process
     */
    static TestLeader of(World world, int nodeId, long life, ArchiveConfig config) {
        var register =
                new CoreRecord.RegisterNode(
                        nodeId, new UUID(99, life), WalKind.OBJECT, List.of(), "x:1");
        var registered = (ApplyResult.Registered) world.cluster.apply(List.of(register)).getFirst();
        var numbers = new ObjectNumbers(nodeId, registered.nodeEpoch());
        var bucket = new Bucket(world.store, new Patience(TestNode.environment(), () -> false));
        return new TestLeader(
                new Archiver(config, world.store, world.log, numbers),
                new Deletion(
                        world.store,
                        world.log,
                        new Registration(nodeId, registered.nodeEpoch()),
                        new CompositeReader(bucket)));
    }

    /** Returns the keys of all data objects and composites. */
    static List<String> objects(TestNode node) {
        var listed = (ObjectStore.ListResult.Listed) node.world.bucket.list("objects/", "", 10_000);
        return listed.objects().stream().map(ObjectStore.ObjectSummary::key).toList();
    }

    /** Returns the number of composites in the image. */
    static long composites(CoreImage image) {
        return image.objectsAfter(0, 100_000).stream().filter(o -> o.level() > 0).count();
    }
}
