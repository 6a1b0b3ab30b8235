package io.oxbow.simulation.kafka;

import io.oxbow.broker.control.ImageSnapshots;
import io.oxbow.broker.control.RecordBytes;
import io.oxbow.s3stream.log.ApplicationLog;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.log.format.ApplicationSnapshot;
import java.util.List;
import java.util.OptionalInt;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.apache.kafka.image.loader.LogDeltaManifest;
import org.apache.kafka.image.publisher.MetadataPublisher;
import org.apache.kafka.raft.LeaderAndEpoch;
import org.jspecify.annotations.Nullable;

/**
 * Makes Kafka's images of a process's application records, one per batch, as Kafka's loader does.
 * Its calls come from the log's thread for the application.
 */
public final class ImageFeed implements ApplicationLog.Listener, ApplicationLog.SnapshotSource {

    private final ModelController controller;
    private final List<MetadataPublisher> publishers;
    private volatile MetadataImage image = MetadataImage.EMPTY;

    /**
     * @param publishers told of each image, before the controller goes on
     */
    public ImageFeed(ModelController controller, List<MetadataPublisher> publishers) {
        this.controller = controller;
        this.publishers = List.copyOf(publishers);
    }

    @Override
    public void loadSnapshot(ApplicationSnapshot snapshot) {
        var delta = new MetadataDelta.Builder().setImage(image).build();
        snapshot.batches().forEach(batch -> replay(delta, batch));
        delta.finishSnapshot();
        publish(
                delta,
                new MetadataProvenance(
                        snapshot.endOffset() - 1,
                        snapshot.leaderEpoch(),
                        snapshot.appendTimeMillis(),
                        true));
    }

    @Override
    public void committed(List<ApplicationLog.Batch> batches) {
        for (ApplicationLog.Batch batch : batches) {
            var delta = new MetadataDelta.Builder().setImage(image).build();
            replay(delta, batch.records());
            publish(
                    delta,
                    new MetadataProvenance(
                            batch.nextOffset() - 1,
                            batch.leaderEpoch(),
                            batch.appendTimeMillis(),
                            true));
        }
    }

    private static void replay(MetadataDelta delta, List<byte[]> records) {
        RecordBytes.read(records).forEach(record -> delta.replay(record.message()));
    }

    private void publish(MetadataDelta delta, MetadataProvenance provenance) {
        MetadataImage next = delta.apply(provenance);
        image = next;
        var manifest =
                LogDeltaManifest.newBuilder()
                        .provenance(provenance)
                        .leaderAndEpoch(
                                new LeaderAndEpoch(
                                        OptionalInt.empty(), provenance.lastContainedEpoch()))
                        .numBatches(1)
                        .elapsedNs(0)
                        .numBytes(0)
                        .build();
        publishers.forEach(each -> each.onMetadataUpdate(delta, next, manifest));
        controller.applied(next);
    }

    @Override
    public void leaderChanged(MetadataLog.Leadership leadership) {
        controller.lead(leadership.here() ? leadership.leaderEpoch() : ModelController.INACTIVE);
    }

    @Override
    public void closed() {
        controller.lead(ModelController.INACTIVE);
    }

    @Override
    public @Nullable ApplicationSnapshot take() {
        return ImageSnapshots.of(image);
    }
}
