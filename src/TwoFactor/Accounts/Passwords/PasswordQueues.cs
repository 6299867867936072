namespace TwoFactor.Accounts.Passwords;

using System.Diagnostics.CodeAnalysis;

/// <summary>
/// A few threads that serve two bounded queues in turn, one of known people and one of strangers. So strangers never crowd out the people
/// who sign in each day. In the second half of a queue nobody has more than a share, so that one caller never crowds out the others.
/// </summary>
internal sealed class PasswordQueues : IDisposable
{
    private readonly LinkedList<Job> known = new();
    private readonly LinkedList<Job> unknown = new();
    private readonly Lock gate = new();
    private readonly SemaphoreSlim arrivals = new(0);
    private readonly Thread[] threads;
    private readonly PasswordLimits limits;
    private LinkedList<Job> next;
    private bool stopped;

    /// <param name="workers">The number of threads. They belong to this class, so that hashing does not take the threads that answer all
    /// other requests.</param>
    /// <param name="limits">How many may wait in each queue, and how large the shares are.</param>
    public PasswordQueues(int workers, PasswordLimits limits)
    {
        this.limits = limits;
        next = known;
        threads =
            [.. Enumerable.Range(1, workers).Select(number => new Thread(Work) { IsBackground = true, Name = $"password hash {number}" })];
        foreach (var thread in threads)
        {
            thread.Start();
        }
    }

    /// <summary>
    /// Returns false at once when the queue is full, or the caller's share of it. A caller that cancels frees its place; work that has
    /// begun is finished.
    /// </summary>
    public bool TryEnter<T>(Func<T> work, HashCaller caller, [NotNullWhen(true)] out Task<T>? answer, CancellationToken cancellation)
    {
        answer = null;
        var job = new Job<T>(caller, work);
        LinkedListNode<Job> place;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(stopped, this);
            var queue = caller.IsKnown ? known : unknown;
            if (!HasPlace(queue, caller))
            {
                return false;
            }

            place = queue.AddLast(job);
            arrivals.Release();
        }

        answer = AnswerAsync(job, cancellation.UnsafeRegister(_ => Leave(place, cancellation), state: null));
        return true;
    }

    /// <summary>Finishes the work that has begun, and cancels the rest.</summary>
    public void Dispose()
    {
        List<Job> left;
        lock (gate)
        {
            if (stopped)
            {
                return;
            }

            stopped = true;
            left = [.. known, .. unknown];
            known.Clear();
            unknown.Clear();
            arrivals.Release(threads.Length);
        }

        left.ForEach(job => job.Cancel(CancellationToken.None));
        Array.ForEach(threads, thread => thread.Join());
        arrivals.Dispose();
    }

    private static async Task<T> AnswerAsync<T>(Job<T> job, CancellationTokenRegistration leaving)
    {
        await using (leaving)
        {
            return await job.Answer;
        }
    }

    /// <summary>The first half is for whoever comes first.</summary>
    private bool HasPlace(LinkedList<Job> queue, HashCaller caller)
    {
        if (queue.Count < (limits.Places + 1) / 2)
        {
            return true;
        }

        return queue.Count < limits.Places
            && caller.Ones.All(one => queue.Count(job => job.Caller.Ones.Contains(one, StringComparer.Ordinal)) < limits.PlacesOfOne)
            && (caller.Network is not { } network || queue.Count(job => job.Caller.Network == network) < limits.PlacesOfNetwork);
    }

    private void Leave(LinkedListNode<Job> place, CancellationToken cancellation)
    {
        lock (gate)
        {
            if (place.List is not { } queue)
            {
                return;
            }

            queue.Remove(place);
        }

        place.Value.Cancel(cancellation);
    }

    private void Work()
    {
        while (true)
        {
            arrivals.Wait();
            Job? job;
            lock (gate)
            {
                if (stopped)
                {
                    return;
                }

                job = Take();
            }

            job?.Run();
        }
    }

    /// <summary>Takes the next job. Returns null when the caller that announced one has left.</summary>
    private Job? Take()
    {
        var queue = next.Count > 0 ? next : Other(next);
        if (queue.First is not { } first)
        {
            return null;
        }

        queue.RemoveFirst();
        next = Other(queue);
        return first.Value;
    }

    private LinkedList<Job> Other(LinkedList<Job> queue) => ReferenceEquals(queue, known) ? unknown : known;

    private abstract class Job(HashCaller caller)
    {
        public HashCaller Caller => caller;

        public abstract void Run();

        public abstract void Cancel(CancellationToken cancellation);
    }

    private sealed class Job<T>(HashCaller caller, Func<T> work) : Job(caller)
    {
        private readonly TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Answer => answer.Task;

        public override void Run()
        {
            try
            {
                answer.TrySetResult(work());
            }
#pragma warning disable CA1031 // The caller gets the exception, and the worker's thread must go on.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                answer.TrySetException(exception);
            }
        }

        public override void Cancel(CancellationToken cancellation) => answer.TrySetCanceled(cancellation);
    }
}
