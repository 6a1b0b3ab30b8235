package io.oxbow.s3stream.wal.bucket;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Key of one object of a log in the bucket.
 *
 * @param nodeId whose log it is
 * @param nodeEpoch at which that node wrote it
 * @param seq 0 for the log's START, then without gaps from 1
 */
record WalKey(int nodeId, long nodeEpoch, long seq) {

    /** Prefix of all logs' keys. */
    static final String ROOT = "wal/";

    /** Sequence number of the object that shows that an epoch's log was begun. */
    static final long START_SEQ = 0;

    private static final Pattern FORM =
            Pattern.compile(ROOT + "([0-9]{1,10})/([0-9]{1,19})/([0-9]{20})");

    /** Returns the key in the bucket, relative to the lineage. */
    String path() {
        return prefix(nodeId, nodeEpoch) + "%020d".formatted(seq);
    }

    /** Returns the prefix of all keys of one epoch's log. */
    static String prefix(int nodeId, long nodeEpoch) {
        return prefix(nodeId) + nodeEpoch + "/";
    }

    /** Returns the prefix of all keys of one node's logs. */
    static String prefix(int nodeId) {
        return ROOT + nodeId + "/";
    }

    WalKey next() {
        return new WalKey(nodeId, nodeEpoch, seq + 1);
    }

    /** Parses a key; empty if {@code path} is not the key of a log's object. */
    static Optional<WalKey> parse(String path) {
        var matcher = FORM.matcher(path);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            var key =
                    new WalKey(
                            Integer.parseInt(matcher.group(1)),
                            Long.parseLong(matcher.group(2)),
                            Long.parseLong(matcher.group(3)));
            return key.path().equals(path) ? Optional.of(key) : Optional.empty();
        } catch (NumberFormatException tooLarge) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return path();
    }
}
