/**
 * Binary encoding of the product's formats: a growing writer and a bounds-checked reader,
 * big-endian, with varints.
 *
 * <p>A varint is an unsigned 64-bit number in groups of seven bits, least significant first, the
 * high bit saying that more follow, at most ten bytes; a signed one is zigzag-folded first. Neither
 * class is thread-safe. The reader trusts nothing: whatever it is fed, it either returns or throws
 * {@link io.oxbow.s3stream.CorruptException} with the place, and a count is checked against the
 * bytes that are left before anything is allocated for it.
 */
@NullMarked
package io.oxbow.s3stream.binary;

import org.jspecify.annotations.NullMarked;
