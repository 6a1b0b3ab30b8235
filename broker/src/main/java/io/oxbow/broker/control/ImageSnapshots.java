package io.oxbow.broker.control;

import io.oxbow.s3stream.log.ApplicationLog;
import io.oxbow.s3stream.log.format.ApplicationSnapshot;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.loader.LoaderManifest;
import org.apache.kafka.image.publisher.MetadataPublisher;
import org.apache.kafka.image.writer.ImageWriterOptions;
import org.apache.kafka.image.writer.RecordListWriter;
import org.apache.kafka.server.common.ApiMessageAndVersion;
import org.jspecify.annotations.Nullable;

/**
 * Writes the newest published image into the log's snapshots. An image is immutable, so the log may
 * ask from any thread.
 */
public final class ImageSnapshots implements MetadataPublisher, ApplicationLog.SnapshotSource {

    private static final int RECORDS_PER_BATCH = 1_000;

    private volatile MetadataImage newest = MetadataImage.EMPTY;

    @Override
    public String name() {
        return "snapshots";
    }

    @Override
    public void onMetadataUpdate(
            MetadataDelta delta, MetadataImage newImage, LoaderManifest manifest) {
        newest = newImage;
    }

    @Override
    public @Nullable ApplicationSnapshot take() {
        return of(newest);
    }

    /** Returns an image as the log's snapshots hold it; null if that is empty. */
    public static @Nullable ApplicationSnapshot of(MetadataImage image) {
        if (image.isEmpty()) {
            return null;
        }
        return new ApplicationSnapshot(
                image.provenance().lastContainedOffset() + 1,
                image.provenance().lastContainedEpoch(),
                image.provenance().lastContainedLogTimeMs(),
                batches(image));
    }

    private static List<List<byte[]>> batches(MetadataImage image) {
        var writer = new RecordListWriter();
        image.write(
                writer,
                new ImageWriterOptions.Builder(image.features().metadataVersionOrThrow())
                        .setEligibleLeaderReplicasEnabled(image.features().isElrEnabled())
                        .build());
        writer.close(true);
        List<ApiMessageAndVersion> records = writer.records();
        var batches = new ArrayList<List<byte[]>>();
        for (int from = 0; from < records.size(); from += RECORDS_PER_BATCH) {
            int to = Math.min(records.size(), from + RECORDS_PER_BATCH);
            batches.add(RecordBytes.write(records.subList(from, to)));
        }
        return batches;
    }
}
