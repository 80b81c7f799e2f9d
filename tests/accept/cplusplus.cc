/* C++: std::mutex, shared_mutex, condition_variable, thread, future; the blame names the program's own function, not the library's.
 * expect: exit 0
 * expect: culprit Ledger::settle 80
 * expect: object condition 1
 * expect: object rwlock 1
 * expect: actors thread 6
 * expect: lost 0
 * expect: nofinding deadlock
 * expect: nofinding stuck
 * expect: nofinding lock-order
 */
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <vector>
using namespace std::chrono_literals;

class Ledger {
public:
  __attribute__((noinline)) void settle() {
    std::lock_guard<std::mutex> guard(mutex_);
    std::this_thread::sleep_for(30ms);
  }
  __attribute__((noinline)) void look() {
    std::unique_lock<std::mutex> guard(mutex_);
    sum_++;
  }

private:
  std::mutex mutex_;
  long sum_ = 0;
};

int main() {
  Ledger ledger;
  std::shared_mutex shared;
  std::mutex mutex;
  std::condition_variable settled;
  std::atomic<bool> stop{false};
  bool done = false;
  std::vector<std::thread> threads;
  threads.emplace_back([&] {
    for (int i = 0; i < 20; i++) {
      ledger.settle();
      std::this_thread::sleep_for(2ms);
    }
    stop = true;
    std::scoped_lock guard(mutex);
    done = true;
    settled.notify_all();
  });
  for (int i = 0; i < 3; i++)
    threads.emplace_back([&] {
      while (!stop) {
        ledger.look();
        std::shared_lock<std::shared_mutex> read(shared);
        std::this_thread::sleep_for(1ms);
      }
    });
  auto answer = std::async(std::launch::async, [&] {
    std::unique_lock<std::mutex> guard(mutex);
    settled.wait(guard, [&] { return done; });
    return 42;
  });
  int value = answer.get();
  for (auto &thread : threads) thread.join();
  return value == 42 ? 0 : 1;
}
