/**
 * What the metadata log says: records, and the image that they make.
 *
 * <p>{@link io.oxbow.s3stream.image.CoreRecord}s are commands. They are validated when they are
 * <em>applied</em>, by every reader of the log alike, so that leader and followers cannot disagree;
 * each yields a {@link io.oxbow.s3stream.image.Verdict}. {@link io.oxbow.s3stream.image.CoreImage}
 * is the state.
 */
@NullMarked
package io.oxbow.s3stream.image;

import org.jspecify.annotations.NullMarked;
