package io.oxbow.s3stream.wal.bucket;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Name of one object of a log in the bucket.
 *
 * @param nodeId whose log it is
 * @param nodeEpoch at which that node wrote it
 * @param seq 0 for the log's START, then without gaps from 1
 */
record WalKey(int nodeId, long nodeEpoch, long seq) {

    /** Under which all logs lie. */
    static final String ROOT = "wal/";

    /** The object that shows that an epoch's log was begun. */
    static final long START_SEQ = 0;

    private static final Pattern FORM =
            Pattern.compile(ROOT + "([0-9]{1,10})/([0-9]{1,19})/([0-9]{20})");

    /** The key in the bucket, relative to the lineage. */
    String path() {
        return prefix(nodeId, nodeEpoch) + "%020d".formatted(seq);
    }

    /** What all keys of one epoch's log begin with. */
    static String prefix(int nodeId, long nodeEpoch) {
        return prefix(nodeId) + nodeEpoch + "/";
    }

    /** What all keys of one node's logs begin with. */
    static String prefix(int nodeId) {
        return ROOT + nodeId + "/";
    }

    WalKey next() {
        return new WalKey(nodeId, nodeEpoch, seq + 1);
    }

    /** What {@code path} says, empty if it is not the key of such an object. */
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
