package io.oxbow.s3stream.peer;

import io.oxbow.s3stream.image.CoreImage;
import java.util.concurrent.CompletableFuture;

/** Reaches the process of a node at the endpoint that it has registered. */
@FunctionalInterface
public interface PeerLink {

    /**
     * Calls a node's process. Ends within a second or so, never by an exception.
     *
     * @return true if the incarnation that is registered has answered
     */
    CompletableFuture<Boolean> hello(CoreImage.NodeState node);
}
