package io.oxbow.node.member;

import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;

/**
 * Status of a node as it tells it itself.
 *
 * <pre>
 * status = slot unuploadedBytes inBytesPerSecond outBytesPerSecond, as varints
 * </pre>
 *
 * @param slot of the metadata log up to which it has applied
 * @param unuploadedBytes appended and not in data objects yet
 * @param inBytesPerSecond of records from producers
 * @param outBytesPerSecond of records to consumers
 */
public record NodeStatus(
        long slot, long unuploadedBytes, long inBytesPerSecond, long outBytesPerSecond) {

    /** Status of a node that has not opened its streams yet. */
    public static final NodeStatus STARTING = new NodeStatus(0, 0, 0, 0);

    public void write(BinaryWriter out) {
        out.varint(slot);
        out.varint(unuploadedBytes);
        out.varint(inBytesPerSecond);
        out.varint(outBytesPerSecond);
    }

    public static NodeStatus read(BinaryReader in) {
        return new NodeStatus(in.natural(), in.natural(), in.natural(), in.natural());
    }
}
