package io.oxbow.s3stream.peer;

import io.oxbow.s3stream.image.CoreImage;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Carries slots of the metadata log to another node. */
@FunctionalInterface
public interface PushLink {

    /** Answer that did not come, or came from another process. */
    long NO_ANSWER = -1;

    /**
     * Sends slots to the process that a node has registered. Ends within a second or two, never by
     * an exception.
     *
     * @return the last slot that is applied there, or {@link #NO_ANSWER}
     */
    CompletableFuture<Long> push(CoreImage.NodeState node, List<byte[]> slots);
}
