package io.oxbow.s3stream.binary;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;

/** Writes numbers and bytes into an array that grows. Not thread-safe. */
public final class BinaryWriter {

    private static final VarHandle INT16 = view(short[].class);
    private static final VarHandle INT32 = view(int[].class);
    private static final VarHandle INT64 = view(long[].class);

    private byte[] bytes;
    private int size;

    public BinaryWriter() {
        this(256);
    }

    public BinaryWriter(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    private static VarHandle view(Class<?> type) {
        return MethodHandles.byteArrayViewVarHandle(type, ByteOrder.BIG_ENDIAN);
    }

    public int size() {
        return size;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    /** Returns a view of the bytes written so far; valid until the next write. */
    public ByteBuffer view() {
        return ByteBuffer.wrap(bytes, 0, size).slice();
    }

    public void int8(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    public void int16(int value) {
        reserve(2);
        INT16.set(bytes, size, (short) value);
        size += 2;
    }

    public void int32(int value) {
        reserve(4);
        INT32.set(bytes, size, value);
        size += 4;
    }

    public void int64(long value) {
        reserve(8);
        INT64.set(bytes, size, value);
        size += 8;
    }

    public void uuid(UUID value) {
        int64(value.getMostSignificantBits());
        int64(value.getLeastSignificantBits());
    }

    public void varint(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    public void signedVarint(long value) {
        varint((value << 1) ^ (value >> 63));
    }

    public void raw(byte[] value) {
        raw(value, 0, value.length);
    }

    public void raw(byte[] value, int position, int count) {
        reserve(count);
        System.arraycopy(value, position, bytes, size, count);
        size += count;
    }

    /** Writes the length as a varint, then the bytes. */
    public void sized(byte[] value) {
        varint(value.length);
        raw(value);
    }

    /** Writes a string in UTF-8 as {@link #sized} does. */
    public void string(String value) {
        sized(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes the CRC32C of all bytes from {@code position} on. */
    public void crc32c(int position) {
        var crc = new CRC32C();
        crc.update(bytes, position, size - position);
        int32((int) crc.getValue());
    }

    private void reserve(int count) {
        if (bytes.length - size < count) {
            int wanted = Math.addExact(size, count);
            long doubled = Math.min(bytes.length * 2L, Integer.MAX_VALUE - 8L);
            bytes = Arrays.copyOf(bytes, (int) Math.max(wanted, doubled));
        }
    }
}
