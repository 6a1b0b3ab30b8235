package io.oxbow.s3stream.log;

import io.oxbow.s3stream.env.Component;

/** Calls one listener, one call at a time and in order; runs on a thread of its own. */
final class ListenerThread implements Runnable {

    private final ApplicationFeed feed;
    private final ApplicationFeed.Cursor cursor;
    private final ApplicationLog.Listener listener;
    private final Component health;

    ListenerThread(ApplicationFeed feed, ApplicationLog.Listener listener, Component health) {
        this.health = health;
        health.running();
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
            // It has missed something for good: whoever lives by it has to start anew.
            health.failed(e);
        } finally {
            feed.leave(cursor);
            health.stopped();
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
