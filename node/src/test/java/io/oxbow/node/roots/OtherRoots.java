package io.oxbow.node.roots;

import static io.oxbow.node.roots.Root.elsewhere;

import java.util.List;

/**
 * Table of the roots at which no fault is injected, each with its reason or the test that has it.
 */
final class OtherRoots {

    private static final String GATE =
            "passes through Component, which counts and carries out the policy: HealthRegistryTest";
    private static final String TIMER =
            "the machine's clock counts what a timer's task throws and runs it again:"
                    + " HealthRegistryTest";
    private static final String WAKER = "signals a waiting thread and does nothing else";
    private static final String CALL =
            "code of a call or its connection, which ends by it: CallThreadsTest and the handlers"
                    + " above";
    private static final String WATCH =
            "a watch that throws hinders its component and is counted: HealthRegistryTest";
    private static final String NEWS =
            "passes on a failure that is there and counted; who tells it counts what this throws";
    private static final String CALLER = "its exception is thrown to the thread that waits for it";
    private static final String LISTENER =
            "on the thread of the leaderships, whose end Groups' row shows";
    private static final String COMMAND = "a thread of a command, beside the node's";
    private static final String PRELOADING =
            "nothing depends on it, and it ends before a node has started";
    private static final String SERVICE =
            "the controller counts what a call throws, and answers it: ControllerServiceTest";
    private static final String ANSWER =
            "what it throws ends the answer, for whom waits: ControllerRequestsTest";

    static final List<Root> ALL =
            List.of(
                    elsewhere("broker.control.BrokerRequestsHandler is ApiHandler", SERVICE),
                    elsewhere(
                            "broker.control.ControllerRequests.send: code to ThreadFactory.newThread",
                            ANSWER),
                    elsewhere(
                            "broker.control.ControllerService.serve: code to ForwardedCall.run",
                            SERVICE),
                    elsewhere(
                            "broker.control.ForwardedCall.runBeside: code to ThreadFactory.newThread",
                            SERVICE),
                    elsewhere(
                            "broker.control.ForwardedCall.runInOrder: code to ForwardedCall.runBeside",
                            SERVICE),
                    elsewhere("node.server.Storage.open: code to Joining.join", CALLER),
                    elsewhere(
                            "node.server.ClusterMember.giveAway: code to CompletableFuture.whenComplete",
                            "logs the outcome and does nothing else"),
                    elsewhere(
                            "broker.move.IncomingPartitions.lookSoon: IncomingPartitions.look to Clock.after",
                            TIMER),
                    elsewhere(
                            "broker.move.LeadershipMoves.start: LeadershipMoves.run to Component.startRestarting",
                            GATE),
                    elsewhere(
                            "s3stream.maintenance.Maintenance.<init>: code to TimedCondition.<init>",
                            "a task that does nothing"),
                    elsewhere(
                            "s3stream.engine.NodeStreams.<init>: UnansweredOpenings.settle to Maintenance.beside",
                            "runs on the thread of Maintenance.run, which has a row"),
                    elsewhere("s3stream.env.Rounds.start: Rounds.run to Component.start", GATE),
                    elsewhere(
                            "s3stream.env.Rounds.start: Rounds.run to Component.startRestarting",
                            GATE),
                    elsewhere(
                            "s3stream.cluster.Succession.takeOver: code to Component.startTask",
                            GATE),
                    elsewhere(
                            "s3stream.cluster.SlotPush.start: SlotPush.run to Component.startRestarting",
                            GATE),
                    elsewhere(
                            "s3stream.cluster.SlotPush.start: SlotPush.signal to FollowedLog.onApplied",
                            WAKER),
                    elsewhere(
                            "s3stream.log.LogThread.follow: Follower.look to Pauses.yielding",
                            CALLER),
                    elsewhere(
                            "s3stream.log.LogThread.follow: Follower.trim to Pauses.yielding",
                            CALLER),
                    elsewhere("s3stream.log.LogThread.takeOver: code to Pauses.yielding", CALLER),
                    elsewhere(
                            "s3stream.peer.LeaderCalls.await: code to LeaderCalls$Call.<init>",
                            WAKER),
                    elsewhere(
                            "broker.processor.NativePriority.lowered: code to ThreadFactory.newThread",
                            "lowers a priority, catches what that throws, and runs ProcessorThreads.serve"),
                    elsewhere(
                            "node.Preloading.begin: ManagementFactory.getPlatformMBeanServer to Thread$Builder$OfPlatform.start",
                            PRELOADING),
                    elsewhere(
                            "s3stream.upload.Uploader.<init>: Uploader.press to AppendBudget.onPressure",
                            WAKER),
                    elsewhere(
                            "s3stream.upload.Uploader.threads: TimedCondition.wake to UploadCommits.run",
                            WAKER),
                    elsewhere(
                            "s3stream.write.WritePath.watch: code to WriteAheadLog.onFailure",
                            NEWS),
                    elsewhere("s3stream.write.WritePath.watch: code to Component.watch", WATCH),
                    elsewhere(
                            "s3stream.wal.file.StripedWriteAheadLog.new: StripedWriteAheadLog.failed to FileWriteAheadLog.onFailure",
                            NEWS),
                    elsewhere("s3stream.upload.Uploader.<init>: code to Health.onFailure", WAKER),
                    elsewhere(
                            "s3stream.store.ReadAhead.begin: code to ThreadFactory.newThread",
                            "ReadAheadTest; what failed is read again in its turn"),
                    elsewhere("s3stream.tail.AppendBudget.<init>: code to Health.onFailure", WAKER),
                    elsewhere(
                            "s3stream.store.probe.StoreProbe.race: code to FutureTask.<init>",
                            CALLER),
                    elsewhere(
                            "s3stream.log.LogThread.<init>: LogThread.impediment to Component.watch",
                            WATCH),
                    elsewhere(
                            "s3stream.env.Environment.system: Component.unexpected to SystemClock.onFailure",
                            GATE),
                    elsewhere("s3stream.Commit.await: code to Commit.onComplete", WAKER),
                    elsewhere("node.server.Node.startTables: code to Component.watch", WATCH),
                    elsewhere("node.server.Node.startBroker: code to Broker.onFailure", NEWS),
                    elsewhere("node.server.Node.<init>: code to HealthRegistry.onFatal", NEWS),
                    elsewhere("node.http.HttpListener.serve: code to Component.watch", WATCH),
                    elsewhere(
                            "broker.processor.ProcessorThreads.run: ProcessorThreads$Work.run to FutureTask.<init>",
                            CALLER),
                    elsewhere(
                            "broker.partition.StreamPartitions.<init>: code to StreamStore.onFailure",
                            NEWS),
                    elsewhere("broker.Broker$Coordinators is LeadershipListener", LISTENER),
                    elsewhere(
                            "broker.group.GroupLog.maybeStartTransactionVerification: code to Component.startTask",
                            GATE),
                    elsewhere("broker.group.TxnOffsetsHandler is ApiHandler", CALL),
                    elsewhere("broker.transaction.DescribeProducersHandler is ApiHandler", CALL),
                    elsewhere(
                            "broker.transaction.DescribeProducersHandler.handle: code to Call.runInOrder",
                            CALL),
                    elsewhere("broker.transaction.TransactionAdminHandler is ApiHandler", CALL),
                    elsewhere(
                            "broker.transaction.TransactionAdminHandler.handle: code to Call.runInOrder",
                            CALL),
                    elsewhere(
                            "broker.transaction.TransactionCoordinator is LeadershipListener",
                            LISTENER),
                    elsewhere(
                            "broker.transaction.TransactionCoordinator.<init>: TransactionCoordinator.sweep to Component.restarting",
                            GATE),
                    elsewhere(
                            "broker.transaction.TransactionCoordinator.<init>: TransactionLedger.impediment to Component.watch",
                            WATCH),
                    elsewhere(
                            "broker.transaction.TransactionCoordinator.<init>: a variable to ThreadFactory.newThread",
                            GATE),
                    elsewhere(
                            "broker.transaction.TransactionCoordinator.end: code to Component.startTask",
                            GATE),
                    elsewhere(
                            "broker.transaction.MarkerDelivery.run: code to Component.startTask",
                            GATE),
                    elsewhere(
                            "broker.transaction.TransactionLedger is LeadershipListener", LISTENER),
                    elsewhere(
                            "broker.transaction.TransactionLedger.begin: code to Component.startTask",
                            GATE),
                    elsewhere(
                            "broker.transaction.TransactionLedger.loadAgain: code to Component.task",
                            GATE),
                    elsewhere("broker.transaction.TransactionsHandler is ApiHandler", CALL),
                    elsewhere(
                            "broker.transaction.TransactionsHandler.handle: code to Call.runInOrder",
                            CALL),
                    elsewhere("broker.transaction.WriteMarkersHandler is ApiHandler", CALL),
                    elsewhere(
                            "broker.transaction.WriteMarkersHandler.handle: code to Call.runBeside",
                            CALL),
                    elsewhere(
                            "broker.transaction.PartitionMarkers.write: code to MarkerOrder.run",
                            CALLER),
                    elsewhere(
                            "broker.records.SideBySide.map: code to ExecutorService.submit",
                            CALLER),
                    elsewhere(
                            "broker.network.NetworkServer.start: NetworkServer.impediment to Component.watch",
                            WATCH),
                    elsewhere(
                            "broker.network.Answers.whenDone: code to CompletableFuture.whenComplete",
                            CALL),
                    elsewhere(
                            "broker.group.Groups.<init>: Groups.loadFailed to GroupLoader.<init>",
                            NEWS),
                    elsewhere(
                            "broker.group.Groups.<init>: Groups.impediment to Component.watch",
                            WATCH),
                    elsewhere(
                            "broker.records.InternalLogs.awaitDurable: code to Partition.addListener",
                            WAKER),
                    elsewhere(
                            "broker.fetch.FetchHandler.serve: Fetch.hurry to Call.tryWait", WAKER),
                    elsewhere("broker.control.ActiveController.ask: code to Clock.after", TIMER),
                    elsewhere(
                            "broker.control.BrokerSession.await: BrokerSession.wake to Clock.after",
                            TIMER),
                    elsewhere(
                            "broker.control.BrokerSession.pause: BrokerSession.wake to Clock.after",
                            TIMER),
                    elsewhere(
                            "broker.control.Faults is FaultHandler",
                            "it tells of others' failures; BrokerMetadataPublisher's goes through it"),
                    elsewhere(
                            "broker.control.LeadershipListener$1 is LeadershipListener",
                            "it does nothing"),
                    elsewhere(
                            "broker.control.Leaderships.awaitApplied: Leaderships.wake to Clock.after",
                            TIMER),
                    elsewhere(
                            "broker.fetch.Fetch.awaitRoomAndRead: Semaphore.release to FetchMemory.whenRoom",
                            WAKER),
                    elsewhere(
                            "broker.fetch.FetchHandler.respond: Fetch.close to Call.respond", CALL),
                    elsewhere(
                            "broker.fetch.PartitionRead is Partition$HighWatermarkListener",
                            "StreamWriterTest: a listener of durable appends that throws is counted, the append acked"),
                    elsewhere(
                            "broker.group.GroupLog.deleteRecords: code to Component.startTask",
                            GATE),
                    elsewhere("broker.group.Groups.loadFailed: code to Component.task", GATE),
                    elsewhere("broker.network.Call.respond: code to Call.respond", CALL),
                    elsewhere("broker.network.CallThreads.loud: code to the caller", CALL),
                    elsewhere(
                            "broker.network.Connection.awaitTurn: Connection.takeDeferred to Connection.inLoop",
                            CALL),
                    elsewhere(
                            "broker.network.Connection.awaitTurn: code to FairShare.whenRoom",
                            CALL),
                    elsewhere(
                            "broker.network.Connection.ended: Connection.takeDeferred to Connection.inLoop",
                            CALL),
                    elsewhere(
                            "broker.network.Connection.ended: Connection.takeDeferred to Connection.inLoop",
                            CALL),
                    elsewhere("broker.network.Connection.ended: code to Connection.inLoop", CALL),
                    elsewhere("broker.network.Connection.ended: code to Connection.inLoop", CALL),
                    elsewhere(
                            "broker.network.FrameReceiver.reserve: code to EventExecutor.execute",
                            CALL),
                    elsewhere(
                            "broker.network.FrameReceiver.reserve: code to FairShare.whenRoom",
                            CALL),
                    elsewhere(
                            "broker.network.MemoryRelief is Runnable",
                            "stands below NetworkServer.start"),
                    elsewhere(
                            "broker.network.NetworkCall.abandon: code to NetworkCall$Answer.<init>",
                            CALL),
                    elsewhere(
                            "broker.network.NetworkCall.hangUp: code to NetworkCall$Answer.<init>",
                            CALL),
                    elsewhere(
                            "broker.network.NetworkCall.runBeside: code to CallThreads.beside",
                            CALL),
                    elsewhere(
                            "broker.network.NetworkCall.runInOrder: code to CallThreads.inOrder",
                            CALL),
                    elsewhere(
                            "broker.network.NetworkServer.accept: Channel.close to CallThreads.<init>",
                            CALL),
                    elsewhere(
                            "broker.network.NetworkServer.drain: CountDownLatch.countDown to Connection.drain",
                            WAKER),
                    elsewhere(
                            "broker.network.NetworkServer.drain: code to EventLoop.execute",
                            "a drain waits for it until its limit at most"),
                    elsewhere(
                            "broker.network.SerialTasks.execute: SerialTasks.run to ThreadFactory.newThread",
                            CALL),
                    elsewhere(
                            "broker.partition.Checkpoints.scheduleNext: code to Clock.after",
                            TIMER),
                    elsewhere(
                            "broker.partition.StreamPartitions.tryAgainSoon: StreamPartitions.retryLater to Clock.after",
                            TIMER),
                    elsewhere(
                            "broker.partition.StreamPartitions.retryLater: code to ThreadFactory.newThread",
                            "catches all, counts, and sets its timer again, as recoverAll's does"),
                    elsewhere(
                            "node.Preloading.begin: Preloading.load to Thread$Builder$OfPlatform.start",
                            PRELOADING),
                    elsewhere(
                            "node.cli.QuickstartCommand.call: code to Thread$Builder$OfPlatform.unstarted",
                            COMMAND),
                    elsewhere(
                            "node.cli.StartCommand.call: code to Thread$Builder$OfPlatform.unstarted",
                            COMMAND),
                    elsewhere(
                            "node.cli.StartCommand.drain: code to Thread$Builder$OfPlatform.start",
                            COMMAND),
                    elsewhere(
                            "node.http.ErrorPages is ErrorHandler",
                            "writes the text of an error that is answered already"),
                    elsewhere(
                            "node.http.RequestBody.discard: CountDownLatch.countDown to Request.demand",
                            WAKER),
                    elsewhere(
                            "node.http.RequestMemory.reserve: CountDownLatch.countDown to FairShare.whenRoom",
                            WAKER),
                    elsewhere("s3stream.env.Component.restarting: code to the caller", GATE),
                    elsewhere("s3stream.env.Component.root: code to the caller", GATE),
                    elsewhere("s3stream.env.Component.task: code to the caller", GATE),
                    elsewhere("s3stream.env.SystemClock$Alarm is Runnable", GATE),
                    elsewhere(
                            "s3stream.env.TimedCondition.awaitFor: TimedCondition.wake to Clock.after",
                            TIMER),
                    elsewhere("s3stream.fence.OperatorProgram.run: code to Clock.after", TIMER),
                    elsewhere(
                            "s3stream.log.LogThread.<init>: Wakeup.signal to AppendQueue.<init>",
                            WAKER),
                    elsewhere(
                            "s3stream.log.LogThread.afterWrite: LogThread.publishInBackground to ThreadFactory.newThread",
                            "LogThreadTest"),
                    elsewhere("s3stream.log.Pauses.pause: code to Clock.after", TIMER),
                    elsewhere("s3stream.log.Wakeup.await: Wakeup.signal to Clock.after", TIMER),
                    elsewhere(
                            "s3stream.recovery.RecoveryAttempt.upload: code to ThreadFactory.newThread",
                            "ObjectCommitter.put above; a recovery hands its failure to the start"),
                    elsewhere(
                            "s3stream.store.ReadAhead.begin: code to ThreadFactory.newThread",
                            "ReadAheadTest; what failed is read again in its turn"),
                    elsewhere("s3stream.tail.AppendBudget.<init>: code to Health.onFailure", WAKER),
                    elsewhere(
                            "s3stream.wal.LogState.newCondition: Condition.signalAll to List.add",
                            WAKER),
                    elsewhere(
                            "s3stream.wal.LogState.newTimedCondition: TimedCondition.signalAll to List.add",
                            WAKER),
                    elsewhere(
                            "s3stream.wal.bucket.BucketWriteAheadLog.<init>: Patience.wake to LogState.onEnd",
                            WAKER),
                    elsewhere(
                            "s3stream.wal.file.FileWriteAheadLog.close: FileWriteAheadLog.closeDisk to ThreadFactory.newThread",
                            "runs beside a disk that hangs, while the process ends; counted as a stray thread: HealthRegistryTest"),
                    elsewhere("s3stream.wal.file.WritePace.await: code to Clock.after", TIMER),
                    elsewhere(
                            "s3stream.wal.file.WriteWatchdog.checkLater: WriteWatchdog.check to Clock.after",
                            TIMER),
                    elsewhere(
                            "tableflow.service.Signal.await: Signal.raise to Clock.after", TIMER));

    private OtherRoots() {}
}
