package io.oxbow.s3stream.composite;

/**
 * An object that a composite owns.
 *
 * @param level 0: a data object; else a composite
 */
public record OwnedObject(String key, long size, int level) {}
