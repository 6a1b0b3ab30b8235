package io.oxbow.broker.retention;

import io.oxbow.broker.control.ControlPlane;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.StreamStore;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.log.MetadataLog;
import java.util.List;
import org.apache.kafka.image.MetadataImage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes the streams that deleted topics have left behind. */
public final class OrphanStreams {

    private static final Logger LOG = LoggerFactory.getLogger(OrphanStreams.class);

    private final ControlPlane controlPlane;
    private final MetadataLog log;
    private final StreamStore store;

    public OrphanStreams(ControlPlane controlPlane, MetadataLog log, StreamStore store) {
        this.controlPlane = controlPlane;
        this.log = log;
        this.store = store;
    }

    /**
     * Runs one sweep. A topic is in the log before its streams are; so the streams are looked at
     * first, and then the topics as of no earlier than that. The other way round, a new topic's
     * streams would look like orphans.
     */
    public void sweep() throws InterruptedException {
        List<StreamName> names =
                log.image().streams().stream()
                        .filter(this::mayBeDeletedHere)
                        .map(CoreImage.StreamState::name)
                        .toList();
        if (names.isEmpty()) {
            return;
        }
        long offset = controlPlane.highWatermark() - 1;
        boolean current =
                controlPlane
                        .metadata()
                        .await(image -> image.highestOffsetAndEpoch().offset() >= offset);
        MetadataImage image = controlPlane.metadata().image();
        if (!current || image.isEmpty()) {
            return;
        }
        List<StreamName> orphans = names.stream().filter(name -> isOrphan(image, name)).toList();
        if (!orphans.isEmpty()) {
            delete(orphans);
        }
    }

    private boolean mayBeDeletedHere(CoreImage.StreamState stream) {
        return stream.ownerNode() < 0 || stream.ownerNodeEpoch() == store.nodeEpoch();
    }

    private static boolean isOrphan(MetadataImage image, StreamName name) {
        return image.topics().getTopic(ControlPlane.kafkaUuid(name.topicId())) == null;
    }

    private void delete(List<StreamName> orphans) {
        try {
            store.delete(orphans);
            LOG.info("deleted {} streams of topics that are gone", orphans.size());
        } catch (S3StreamException e) {
            LOG.warn("{} streams of deleted topics remain: {}", orphans.size(), e.getMessage());
        }
    }
}
