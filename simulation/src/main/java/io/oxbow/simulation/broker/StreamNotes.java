package io.oxbow.simulation.broker;

import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.simulation.history.StreamHistory;

/** Histories of streams, and what the metadata log says of them. */
public interface StreamNotes {

    /** Returns the image of all that is in the metadata log, which no process may have yet. */
    CoreImage canonical();

    /** Returns the history of a stream, by its id. */
    StreamHistory history(long streamId);

    /** Runs a note of an event; a violation ends the run. */
    void note(Runnable event);
}
