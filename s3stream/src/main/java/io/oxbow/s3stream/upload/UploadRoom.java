package io.oxbow.s3stream.upload;

import io.oxbow.s3stream.config.StreamStoreConfig;

/**
 * Room for uploads under way: bytes of the write-ahead log, and bytes of heap for copies. One
 * upload always fits. Guarded by its caller.
 */
final class UploadRoom {

    private final StreamStoreConfig.Upload config;
    private long underWayBytes;
    private long copiedBytes;

    UploadRoom(StreamStoreConfig.Upload config) {
        this.config = config;
    }

    /** Returns whether a round may begin now; it may have to be cut for its copies. */
    boolean fits(GatheredAppends next) {
        boolean fits =
                underWayBytes + next.spanBytes() <= config.inFlightBytes()
                        && copiedBytes <= config.copyBytes() / 2;
        return underWayBytes == 0 || fits;
    }

    /** Returns the bytes that the next round may copy. */
    long copyBytesLeft() {
        return config.copyBytes() - copiedBytes;
    }

    void begin(UploadRound round) {
        underWayBytes += round.appends().reserve();
        copiedBytes += round.copiedBytes();
    }

    void end(UploadRound round) {
        underWayBytes -= round.appends().reservedBytes();
        copiedBytes -= round.copiedBytes();
    }

    /** Returns the bytes of the log that are being uploaded. */
    long underWayBytes() {
        return underWayBytes;
    }
}
