package io.oxbow.s3stream.image;

/** Kind of a node's write-ahead log, by its place. Codes are part of the log's format. */
public enum WalKind {
    /**
     * Log in files or on block devices: one ring per volume, each volume with an identity of its
     * own.
     */
    FILE(0),
    /** Log in the bucket, under the node's own keys: one LSN, no volume. */
    OBJECT(1);

    private final int code;

    WalKind(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** Returns the number of LSNs that a log of this kind has over {@code volumes} volumes. */
    public int positions(int volumes) {
        return this == OBJECT ? 1 : volumes;
    }
}
