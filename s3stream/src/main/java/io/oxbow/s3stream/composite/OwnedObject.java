package io.oxbow.s3stream.composite;

/**
 * Object that a composite owns.
 *
 * @param level 0: a data object; else a composite
 * @param appendedMillis when the last of its appends was committed at the latest; unknown if the
 *     composite does not say
 */
public record OwnedObject(String key, long size, int level, long appendedMillis) {}
