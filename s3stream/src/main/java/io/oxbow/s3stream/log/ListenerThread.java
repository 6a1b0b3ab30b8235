package io.oxbow.s3stream.log;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls one listener, one call at a time, in order; the root of a thread of its own. */
final class ListenerThread implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerThread.class);

    private final ApplicationFeed feed;
    private final ApplicationFeed.Cursor cursor;
    private final ApplicationLog.Listener listener;

    ListenerThread(ApplicationFeed feed, ApplicationLog.Listener listener) {
        this.feed = feed;
        this.cursor = feed.open();
        this.listener = listener;
    }

    ApplicationLog.Listener listener() {
        return listener;
    }

    void leave() {
        feed.leave(cursor);
    }

    @Override
    public void run() {
        try {
            while (deliver(feed.next(cursor))) {}
        } catch (Throwable e) {
            LOG.error("Listener {} failed and gets nothing more", listener, e);
        } finally {
            feed.leave(cursor);
        }
    }

    private boolean deliver(ApplicationFeed.Delivery delivery) {
        switch (delivery) {
            case ApplicationFeed.Load load -> listener.loadSnapshot(load.snapshot());
            case ApplicationFeed.Batches batches -> listener.committed(batches.batches());
            case ApplicationFeed.Leader leader -> listener.leaderChanged(leader.leadership());
            case ApplicationFeed.Closed ignored -> {
                listener.closed();
                return false;
            }
            case ApplicationFeed.Gone ignored -> {
                return false;
            }
        }
        return true;
    }
}
