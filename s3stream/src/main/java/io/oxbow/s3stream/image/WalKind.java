package io.oxbow.s3stream.image;

/** Where a node's write-ahead log lies. Codes are part of the log's format. */
public enum WalKind {
    /** In files or on block devices: one ring per volume, each with an identity of its own. */
    FILE(0),
    /** In the bucket, under the node's own keys: one position, no volume. */
    OBJECT(1);

    private final int code;

    WalKind(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** How many positions a log of this kind has over {@code volumes} volumes. */
    public int positions(int volumes) {
        return this == OBJECT ? 1 : volumes;
    }
}
