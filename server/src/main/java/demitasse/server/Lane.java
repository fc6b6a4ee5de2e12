package demitasse.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Work for one model, a few jobs at a time in the order of arrival, on platform threads of its own: arithmetic on a
 * virtual thread would hold one of the few carriers that all other requests need.
 */
final class Lane {
    private static final long LOOK_MILLIS = 100;

    private final ThreadPoolExecutor executor;
    private final int capacity;

    /**
     * @param parallel jobs that run at once, at least 1
     * @param capacity jobs that may wait behind them, at least 1
     */
    Lane(String name, int parallel, int capacity) {
        this.capacity = capacity;
        this.executor = new ThreadPoolExecutor(
                parallel,
                parallel,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(capacity),
                Thread.ofPlatform().daemon().name(name).factory());
    }

    /** @throws QueueFullException if no more jobs may wait */
    <T> FutureTask<T> submit(Callable<T> job) {
        FutureTask<T> task = new FutureTask<>(RequestId.carry(job));
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            if (executor.isShutdown()) {
                throw ApiException.unavailable("the server is stopping");
            }
            throw new QueueFullException(capacity);
        }
        return task;
    }

    /**
     * Does a job and waits for it; what it throws is thrown.
     *
     * @throws QueueFullException if no more jobs may wait
     * @throws ClientGoneException if the client leaves before the job has begun; one that runs asks for itself
     */
    <T> T run(ClientWatch client, Callable<T> job) {
        FutureTask<T> task = submit(job);
        while (true) {
            try {
                return task.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (client.gone()) {
                    withdraw(task);
                    client.check();
                }
            } catch (InterruptedException | CancellationException e) {
                withdraw(task);
                throw ApiException.unavailable("the server is stopping");
            } catch (ExecutionException e) {
                throw rethrown(e.getCause());
            }
        }
    }

    private static RuntimeException rethrown(Throwable cause) {
        return switch (cause) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> new IllegalStateException(cause);
        };
    }

    /** Takes a job that has not begun out of the queue; one that runs is left alone. */
    void withdraw(FutureTask<?> job) {
        if (executor.remove(job)) {
            job.cancel(false);
        }
    }

    int waiting() {
        return executor.getQueue().size();
    }

    int running() {
        return executor.getActiveCount();
    }

    /** Jobs that could begin at once, about. */
    int idle() {
        return Math.max(0, parallel() - running() - waiting());
    }

    int parallel() {
        return executor.getMaximumPoolSize();
    }

    /** Drops the waiting jobs and waits for the running ones, which are not interrupted. */
    void close(Duration patience) {
        executor.shutdown();
        List<Runnable> dropped = new ArrayList<>();
        executor.getQueue().drainTo(dropped);
        dropped.forEach(job -> ((Future<?>) job).cancel(false));
        try {
            executor.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
