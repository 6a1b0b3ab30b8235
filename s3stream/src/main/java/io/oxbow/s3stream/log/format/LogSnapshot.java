package io.oxbow.s3stream.log.format;

import io.oxbow.s3stream.image.ImageSections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Snapshot of the whole log's state.
 *
 * @param putId of the snapshot
 * @param position replay starts after it; its application offset is where {@code application} ends
 * @param takeovers slots of all canonical TAKEOVERs up to there, which are never deleted
 * @param application null when the application has no records below
 * @param image its slot may lie beyond the position: core records up to it are in it already
 */
public record LogSnapshot(
        UUID clusterId,
        UUID putId,
        LogPosition position,
        List<Long> takeovers,
        @Nullable ApplicationSnapshot application,
        ImageSections image) {}
