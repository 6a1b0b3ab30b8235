package io.oxbow.node.member;

import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.MetadataLog;
import java.util.List;

/**
 * Marks nodes that get no partitions for now: what they lead, they keep. A mark is a pointer of the
 * metadata log, so that it outlives the leader that was told.
 */
public final class Cordons {

    private static final String PREFIX = "cluster/cordon/";

    private final MetadataLog log;

    public Cordons(MetadataLog log) {
        this.log = log;
    }

    public static boolean isCordoned(CoreImage image, int nodeId) {
        return image.pointer(PREFIX + nodeId).isPresent();
    }

    /** Marks a node, or takes its mark away; does nothing when that is so already. */
    public void set(int nodeId, boolean cordoned) {
        String key = PREFIX + nodeId;
        while (isCordoned(log.image(), nodeId) != cordoned) {
            long version = log.image().pointer(key).map(CoreImage.Pointer::version).orElse(0L);
            byte[] value = cordoned ? new byte[] {1} : null;
            ApplyResult result =
                    log.append(List.of(new CoreRecord.PutPointer(key, version, value))).getFirst();
            if (!(result instanceof ApplyResult.PointerConflict)) {
                return;
            }
        }
    }
}
