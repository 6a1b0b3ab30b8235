/**
 * Uploads of durable appends into data objects.
 *
 * <p>{@code Uploader} gathers what became durable ({@code GatheredAppends}), sorts it into objects
 * that are put side by side ({@code UploadRound}), and has the rounds committed in order ({@code
 * UploadCommits}), after which the tails and the write-ahead log let go of the appends.
 */
@NullMarked
package io.oxbow.s3stream.upload;

import org.jspecify.annotations.NullMarked;
